package dev.quorate.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An ensemble of processes on the loopback address, with a fresh folder each. Closing it ends the processes and removes
 * their folders; so does the end of this JVM, by Ctrl-C too.
 */
public final class Members implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final long SERVING_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MS = 20;

    /** Those that are not closed yet: what the end of this JVM must end. */
    private static final Set<Members> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVE.forEach(Members::endAll), "members-end"));
    }

    private final Path root;
    private final List<MemberProcess> processes = new CopyOnWriteArrayList<>();

    private Members(Path root) {
        this.root = root;
        LIVE.add(this);
    }

    /** Starts an ensemble of {@code count} members and returns when all of them serve. */
    public static Members start(Product product, int count, Settings settings)
            throws IOException, InterruptedException {
        Members members = launch(product, count, settings);
        try {
            members.awaitServing();
            return members;
        } catch (IOException | InterruptedException | RuntimeException e) {
            members.close();
            throw e;
        }
    }

    /** Starts the processes and does not wait for them. */
    public static Members launch(Product product, int count, Settings settings) throws IOException {
        Files.createDirectories(settings.dataRoot());
        var members = new Members(
                Files.createTempDirectory(settings.dataRoot(), product.name().toLowerCase(Locale.ROOT)));
        try {
            members.startAll(product, count, settings);
            return members;
        } catch (IOException | RuntimeException e) {
            members.close();
            throw e;
        }
    }

    private void startAll(Product product, int count, Settings settings) throws IOException {
        List<Integer> ports = freePorts(4 * count);
        for (int id = 1; id <= count; id++) {
            Path folder = Files.createDirectories(root.resolve("member-" + id));
            Path data = Files.createDirectories(folder.resolve("data"));
            List<Integer> own = ports.subList(4 * (id - 1), 4 * id);
            var config = new ArrayList<>(List.of("tickTime=2000", "initLimit=10", "syncLimit=5", "dataDir=" + data,
                    "clientPort=" + own.get(0), "clientPortAddress=" + HOST, "maxClientCnxns=0",
                    "autopurge.snapRetainCount=3", "autopurge.purgeInterval=1", "4lw.commands.whitelist=srvr,ruok"));
            config.addAll(product.ownConfig(own.get(1)));
            if (product == Product.QUORATE) {
                Path token = Files.writeString(folder.resolve("admin.token"), Product.ADMIN_TOKEN);
                config.add("quorate.adminTokenFile=" + token);
            }
            if (count > 1) {
                Files.writeString(data.resolve("myid"), id + "\n");
                for (int other = 1; other <= count; other++) {
                    config.add("server.%d=%s:%d:%d;%s:%d".formatted(other, HOST, ports.get(4 * other - 2),
                            ports.get(4 * other - 1), HOST, ports.get(4 * other - 4)));
                }
            }
            Files.write(folder.resolve("zoo.cfg"), config);
            processes.add(MemberProcess.start(product, settings, folder, id, own.get(0), own.get(1)));
        }
    }

    /** Ports that are free now; all are held until all are known, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /**
     * Returns when every member serves, as leader or follower of a quorum or alone.
     *
     * @throws IOException when a member has ended, or not all serve within 60 s
     */
    public void awaitServing() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SERVING_LIMIT_NANOS;
        for (MemberProcess member : processes) {
            while (member.mode().isEmpty()) {
                member.checkAlive();
                if (System.nanoTime() > deadline) {
                    throw new IOException("Member " + member.id() + " does not serve after 60 s; its log ends with:\n"
                            + LogTail.of(root.resolve("member-" + member.id()).resolve("server.log")));
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    /** The last lines of every member's log. */
    public String logTails() {
        var tails = new StringBuilder();
        for (MemberProcess member : processes) {
            tails.append("member ").append(member.id()).append(":\n")
                    .append(LogTail.of(root.resolve("member-" + member.id()).resolve("server.log"))).append("\n");
        }
        return tails.toString();
    }

    /** All members. */
    public List<MemberProcess> processes() {
        return List.copyOf(processes);
    }

    /** Client addresses of all members. */
    public List<InetSocketAddress> clients() {
        return processes.stream().map(MemberProcess::client).toList();
    }

    /** The member that leads now. */
    public MemberProcess leader() throws IOException {
        return processes.stream().filter(member -> member.mode().filter("leader"::equals).isPresent()).findFirst()
                .orElseThrow(() -> new IOException("No member says that it leads."));
    }

    /** CPU time that the running processes have used so far, ns. */
    public long cpuNanos() {
        return processes.stream().mapToLong(MemberProcess::cpuNanos).sum();
    }

    /** Ends the members without force, so that flight recordings are complete, and removes their folders. */
    @Override
    public void close() {
        processes.forEach(MemberProcess::terminate);
        try {
            for (MemberProcess member : processes) {
                member.awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endAll();
        LIVE.remove(this);
    }

    private void endAll() {
        try {
            for (MemberProcess member : processes) {
                member.kill();
                member.awaitEnd();
            }
            removeFolders();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeFolders() {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Can't remove " + root + ".", e);
        }
    }
}
