package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.net.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running member is sent bytes that no client sends. Each time the connection is answered or closed, and neither the
 * member nor another client notices. {@code -Dquorate.seed=N} replays one run.
 */
class MalformedBytesTest {
    private static final int CASES = Boolean.getBoolean("quorate.full") ? 100_000 : 5000;
    private static final int CASES_BETWEEN_CHECKS = 500;
    private static final int XID = 7;
    private static final int[] OPCODES = {-11, -10, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18,
            19,
            20, 21, 22, 100, 101, 102, 103, 104, 105, 106, 107, 108, 500, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final int[] LENGTHS = {-1, -2, 0, 1, 1 << 20, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private final long seed = Long.getLong("quorate.seed", 20_261_121);
    private final Random random = new Random(seed);
    private final AtomicReference<@Nullable Throwable> death = new AtomicReference<>();
    @TempDir
    private Path folder;
    private @Nullable Server server;
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void start() throws Exception {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        var file = folder.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + folder + "\nclientPort=" + address.getPort()
                + "\nadmin.enableServer=false\njute.maxbuffer=100000\nmaxClientCnxns=0\n");
        server = Server.start(Config.load(file, Map.of(), "127.0.0.1"), (code, what, cause) -> death.set(cause));
        awaitServing();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void connectionsAreAnsweredOrClosedAndOthersDoNotNotice() throws IOException {
        try (var bystander = new RawClient(address)) {
            assertThat(bystander.handshake()).isPositive();
            for (int done = 0; done < CASES;) {
                done += cases(done);
                if (done % CASES_BETWEEN_CHECKS == 0) {
                    assertServed(bystander, "after case " + done + " of seed " + seed);
                }
            }
            assertServed(bystander, "at the end of seed " + seed);
        }
        assertThat(death.get()).isNull();
    }

    /** Cases on one connection, until it is closed; gives how many. */
    private int cases(int done) throws IOException {
        try (var client = new RawClient(address)) {
            if (random.nextInt(20) == 0) {
                client.sendBytes(beforeHandshake());
                return 1;
            }
            assertThat(client.handshake()).as("handshake of case %d of seed %d", done, seed).isPositive();
            int count = 0;
            boolean open = true;
            while (open && done + count < CASES && (done + ++count) % CASES_BETWEEN_CHECKS != 0) {
                open = isStillOpenAfter(client, bytes());
            }
            return Math.max(1, count);
        }
    }

    /**
     * Sends a packet and a ping after it: what comes back must end with the ping's answer or with the end of the
     * connection.
     */
    private static boolean isStillOpenAfter(RawClient client, byte[] bytes) throws IOException {
        try {
            client.sendBytes(bytes);
            client.ping();
        } catch (IOException closedMeanwhile) {
            return false;
        }
        for (var reply = client.reply(); reply != null; reply = client.reply()) {
            if (reply.xid() == RawClient.PING_XID) {
                return true;
            }
        }
        return false;
    }

    private byte[] beforeHandshake() {
        return switch (random.nextInt(4)) {
            case 0 -> noise(random.nextInt(200));
            case 1 -> framed(noise(random.nextInt(60)));
            case 2 -> ByteBuffer.allocate(8).putInt(LENGTHS[random.nextInt(LENGTHS.length)]).putInt(0).array();
            default -> truncated(framed(RawClient.connectRequest()));
        };
    }

    /** Bytes of an established session; all but a few are whole packets, so that the next ping is seen. */
    private byte[] bytes() {
        return switch (random.nextInt(12)) {
            case 0 -> framed(noise(random.nextInt(100)));
            case 1, 2, 3 -> framed(request(noise(random.nextInt(100))));
            case 4, 5 -> framed(request(hugeLengths()));
            case 6 -> framed(request(path(deepPath())));
            case 7, 8 -> framed(request(path(oddPath())));
            case 9, 10 -> framed(truncated(request(path("/a/b" + random.nextInt(9)))));
            default -> ByteBuffer.allocate(4).putInt(random.nextBoolean() ? 100_001 : LENGTHS[random.nextInt(2)])
                    .array();
        };
    }

    private byte[] request(byte[] body) {
        return ByteBuffer.allocate(8 + body.length).putInt(XID).putInt(OPCODES[random.nextInt(OPCODES.length)])
                .put(body).array();
    }

    private byte[] hugeLengths() {
        var body = ByteBuffer.allocate(4 * (1 + random.nextInt(12)));
        while (body.hasRemaining()) {
            body.putInt(LENGTHS[random.nextInt(LENGTHS.length)]);
        }
        return body.array();
    }

    /** A path, and after it what several operations would read as data, flags, versions. */
    private byte[] path(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        byte[] rest = noise(random.nextInt(40));
        return ByteBuffer.allocate(4 + bytes.length + rest.length).putInt(bytes.length).put(bytes).put(rest).array();
    }

    private String deepPath() {
        return "/a".repeat(1 + random.nextInt(40_000));
    }

    private String oddPath() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "a/b";
            case 2 -> "/a//b";
            case 3 -> "/a/../b";
            case 4 -> "/a\0b";
            case 5 -> "/a/";
            case 6 -> "/\ud7ff\uf000\ufff5";
            default -> "/" + "é".repeat(random.nextInt(2000));
        };
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] truncated(byte[] bytes) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    private static byte[] framed(byte[] packet) {
        return ByteBuffer.allocate(4 + packet.length).putInt(packet.length).put(packet).array();
    }

    /** The bystander's session still answers, and a new one begins. */
    private void assertServed(RawClient bystander, String when) throws IOException {
        assertThat(isStillOpenAfter(bystander, new byte[0])).as("bystander %s", when).isTrue();
        try (var newcomer = new RawClient(address)) {
            assertThat(newcomer.handshake()).as("a new session %s", when).isPositive();
        }
    }

    private void awaitServing() {
        await().untilAsserted(() -> {
            try (var client = new RawClient(address)) {
                assertThat(client.handshake()).isPositive();
            }
        });
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
