package dev.quorate.ensemble;

import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.admin.Observation;
import dev.quorate.ensemble.storage.NioDisk;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Real members in this process, over real sockets and files. */
final class TestEnsemble implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Below the range from which the kernel takes the ports of outgoing connections. */
    private static final int FIRST_PORT = 12_000;
    private static final int LAST_PORT = 31_000;

    final CopyOnWriteArrayList<String> deaths = new CopyOnWriteArrayList<>();
    private final Map<Integer, Config> configs = new TreeMap<>();
    private final Map<Integer, GatedDisk> disks = new TreeMap<>();
    private final Map<Integer, Server> servers = new TreeMap<>();
    private int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);

    /** @param settings further lines of every zoo.cfg */
    TestEnsemble(Path folder, int size, String... settings) throws Exception {
        var lines = new StringBuilder("admin.enableServer=false\n" + String.join("\n", settings) + "\n");
        var clientPorts = new TreeMap<Integer, Integer>();
        for (int id = 1; id <= size; id++) {
            clientPorts.put(id, nextPort());
            if (size > 1) {
                lines.append("server.%d=127.0.0.1:%d:%d;127.0.0.1:%d\n".formatted(id, nextPort(), nextPort(),
                        clientPorts.get(id)));
            }
        }
        for (int id = 1; id <= size; id++) {
            var home = Files.createDirectories(folder.resolve(Integer.toString(id)));
            var file = Files.writeString(home.resolve("zoo.cfg"), lines + "dataDir=" + home.resolve("data")
                    + "\nclientPort=" + clientPorts.get(id) + "\n");
            configs.put(id, Config.load(file, Map.of("QUORATE_ID", Integer.toString(id)), null));
            disks.put(id, new GatedDisk(new NioDisk()));
        }
        for (int id = 1; id <= size; id++) {
            start(id);
        }
        await().atMost(LIMIT).until(() -> servers.keySet().stream().allMatch(this::isInSync));
    }

    private int nextPort() {
        while (true) {
            port++;
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // the next one may be free
            }
        }
    }

    void start(int id) throws Exception {
        servers.put(id, Server.start(config(id), forceNs -> disk(id),
                (code, what, cause) -> deaths.add("member " + id + ": " + what + ": " + cause)));
    }

    void stop(int id) {
        server(id).close();
        servers.remove(id);
    }

    private Config config(int id) {
        return Objects.requireNonNull(configs.get(id));
    }

    GatedDisk disk(int id) {
        return Objects.requireNonNull(disks.get(id));
    }

    Server server(int id) {
        var server = servers.get(id);
        if (server == null) {
            throw new IllegalStateException("member " + id + " does not run");
        }
        return server;
    }

    /** {@code host:port} for clients of a member. */
    String address(int id) {
        return config(id).clientAddress();
    }

    InetSocketAddress socketAddress(int id) {
        return config(id).ports().client();
    }

    /** What the loop says, which has to say it soon. */
    Observation observe(int id) {
        var server = server(id);
        var seen = new CompletableFuture<Observation>();
        server.loop().post(() -> seen.complete(server.observe()));
        return seen.orTimeout(20, TimeUnit.SECONDS).join();
    }

    PeerView peer(int id) {
        return observe(id).status().peer();
    }

    boolean isInSync(int id) {
        return peer(id).inSync();
    }

    int leader() {
        await().atMost(LIMIT).until(() -> servers.keySet().stream().anyMatch(this::leads));
        return servers.keySet().stream().filter(this::leads).findFirst().orElseThrow();
    }

    private boolean leads(int id) {
        var peer = peer(id);
        return peer.role() == RoleName.LEADING && peer.inSync();
    }

    /** A member that does not lead, other than this one. */
    int follower(int except) {
        int leader = leader();
        return servers.keySet().stream().filter(id -> id != leader && id != except).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        disks.values().forEach(disk -> disk.shut(false));
        servers.values().forEach(Server::close);
    }
}
