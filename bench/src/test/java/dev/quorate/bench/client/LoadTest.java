package dev.quorate.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.bench.client.Load.Mix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every load runs against a ZooKeeper server in this process. */
class LoadTest {
    @TempDir
    private static Path folder;

    private static ZooKeeperServer server;
    private static NIOServerCnxnFactory factory;
    private static Target target;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new ZooKeeperServer(folder.toFile(), folder.toFile(), 2_000);
        factory = new NIOServerCnxnFactory();
        factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        factory.startup(server);
        var member = new InetSocketAddress(InetAddress.getLoopbackAddress(), factory.getLocalPort());
        target = new Target(List.of(member), () -> 0, Duration.ofMillis(50), Duration.ofMillis(200));
        Znodes.prepare(target.members(), 100);
    }

    @AfterAll
    static void stop() {
        factory.shutdown();
    }

    @Test
    void createsMakeZnodes() throws IOException {
        int before = server.getZKDatabase().getNodeCount();
        Measurement measured = Generator.run(Load.pipelined(Mix.CREATES, 100), target);
        assertPlausible(measured);
        assertThat(server.getZKDatabase().getNodeCount() - before).isGreaterThan((int) measured.operations());
    }

    @Test
    void writesWrite() throws IOException {
        long before = server.getZKDatabase().getDataTreeLastProcessedZxid();
        Measurement measured = Generator.run(Load.pipelined(Mix.WRITES, 100), target);
        assertPlausible(measured);
        assertThat(server.getZKDatabase().getDataTreeLastProcessedZxid() - before)
                .isGreaterThan(measured.operations());
    }

    @Test
    void readsReadOnly() throws IOException {
        long before = server.getZKDatabase().getDataTreeLastProcessedZxid();
        assertPlausible(Generator.run(Load.pipelined(Mix.READS, 100), target));
        long opensAndClosesOfSessions = 20;
        assertThat(server.getZKDatabase().getDataTreeLastProcessedZxid() - before)
                .isLessThanOrEqualTo(opensAndClosesOfSessions);
    }

    @Test
    void oneInFlightIsOneInFlight() throws IOException {
        Measurement measured = Generator.run(Load.oneInFlight(Mix.WRITES, 100), target);
        assertPlausible(measured);
        double nanosInFlight = measured.latencies().getMean() * measured.operations();
        double underWayAtTheStart = measured.latencies().getMaxValue();
        assertThat(nanosInFlight).isLessThanOrEqualTo(1.01 * (measured.windowNanos() + underWayAtTheStart));
    }

    @Test
    void theClientLibraryDoesTheSame() throws IOException, InterruptedException {
        assertPlausible(LibraryLoad.run(Load.pipelined(Mix.MIXED, 100), target));
    }

    @Test
    void threeOfTenMixedRequestsAreWrites() {
        long reads = IntStream.range(0, 1_000).filter(Mix.MIXED::isRead).count();
        assertThat(reads).isEqualTo(700);
    }

    private void assertPlausible(Measurement measured) {
        assertThat(measured.operations()).isPositive();
        assertThat(measured.windowNanos()).isGreaterThanOrEqualTo(target.window().toNanos());
        assertThat(measured.latencyMs(50)).isPositive().isLessThanOrEqualTo(measured.latencyMs(99));
        assertThat(measured.generatorShare()).isEqualTo(1);
    }
}
