package dev.quorate.e2e.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * An ensemble of real server processes on 127.0.0.1, each with a zoo.cfg and a folder of its own. No Kubernetes and
 * no operator: for tests of the server with real clients, kills and pauses, and for the benchmark.
 */
public final class EnsembleProcesses implements AutoCloseable {
    private final Options options;
    private final FreePorts ports;
    private final List<MemberProcess> members;

    private EnsembleProcesses(Options options, FreePorts ports, List<MemberProcess> members) {
        this.options = options;
        this.ports = ports;
        this.members = new CopyOnWriteArrayList<>(members);
    }

    /**
     * What to run.
     *
     * @param kind the server
     * @param folder empty or made by an earlier run; member N lives in {@code folder/N}
     * @param size number of voters; one runs without any {@code server.N}
     * @param settings further lines of every zoo.cfg, which win over those made here
     * @param jvmFlags flags of every member's JVM
     * @param classPath where the server's classes are; {@link #ownClassPath()} where the caller has them itself
     */
    public record Options(ServerKind kind, Path folder, int size, Map<String, String> settings, List<String> jvmFlags,
            String classPath) {
        /** A quick start and little memory, with the class path of the caller. */
        public Options(ServerKind kind, Path folder, int size) {
            this(kind, folder, size, Map.of(), List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"),
                    ownClassPath());
        }

        /** The same with these lines in every zoo.cfg. */
        public Options with(Map<String, String> lines) {
            return new Options(kind, folder, size, lines, jvmFlags, classPath);
        }
    }

    /** The class path of this process. */
    public static String ownClassPath() {
        return System.getProperty("java.class.path");
    }

    /** Writes the folders and gives back the ensemble with no process started. Ports are chosen anew each time. */
    public static EnsembleProcesses prepare(Options options) throws IOException {
        var ports = new FreePorts();
        var clientPorts = new ArrayList<Integer>();
        var servers = new LinkedHashMap<String, String>();
        for (int id = 1; id <= options.size(); id++) {
            clientPorts.add(ports.next());
            servers.put("server." + id, server(ports, clientPorts.get(id - 1)));
        }
        var members = new ArrayList<MemberProcess>();
        for (int id = 1; id <= options.size(); id++) {
            var lines = options.size() > 1 ? servers : Map.<String, String>of();
            var member = member(options, id, clientPorts.get(id - 1), ports.next(), lines);
            member.serverLine(servers.getOrDefault("server." + id, ""));
            members.add(member);
        }
        return new EnsembleProcesses(options, ports, members);
    }

    /**
     * Starts a further member under the next number. Its zoo.cfg names those that run now, where it finds the ensemble,
     * and where it is found itself; it is no member until a reconfiguration adds its {@link
     * MemberProcess#serverLine()}.
     */
    public MemberProcess join() throws IOException {
        int id = members.getLast().id() + 1;
        int clientPort = ports.next();
        var own = server(ports, clientPort);
        var servers = new LinkedHashMap<String, String>();
        for (var running : members.stream().filter(MemberProcess::isAlive).toList()) {
            var line = running.serverLine().split("=", 2);
            servers.put(line[0], line[1]);
        }
        // ZooKeeper would not start without. Ours founds nothing as an observer, and is found when those named here are
        // gone.
        servers.put("server." + id,
                options.kind() == ServerKind.ZOOKEEPER ? own : own.replace(":participant", ":observer"));
        var member = member(options, id, clientPort, ports.next(), servers);
        member.serverLine(own);
        members.add(member);
        member.start();
        return member;
    }

    /** {@link #prepare}, starts every member and waits until all of them serve. */
    public static EnsembleProcesses start(Options options) throws IOException, InterruptedException {
        var ensemble = prepare(options);
        try {
            for (var member : ensemble.members) {
                member.start();
            }
            ensemble.awaitServing(Duration.ofSeconds(60));
            return ensemble;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            ensemble.close();
            throw failed;
        }
    }

    /** All members in the order of their ids, running or not, those that joined included. */
    public List<MemberProcess> members() {
        return List.copyOf(members);
    }

    /** The member with this id, from 1. */
    public MemberProcess member(int id) {
        return members.get(id - 1);
    }

    /** For a client that may use any member. */
    public String connectString() {
        return members.stream().map(MemberProcess::clientAddress).collect(Collectors.joining(","));
    }

    /** The member that says it leads (or stands alone), asked now; fails when none does. */
    public MemberProcess leader() {
        return members.stream().filter(MemberProcess::isAlive)
                .filter(member -> member.role().filter(role -> role.equals("leader") || role.equals("standalone"))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no member says that it leads"));
    }

    /**
     * The leader as soon as there is one: on a busy machine there may be an election at any time.
     *
     * @throws IllegalStateException when there is none within the limit
     */
    public MemberProcess awaitLeader(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return leader();
            } catch (IllegalStateException none) {
                if (System.nanoTime() > end) {
                    throw none;
                }
                Thread.sleep(20); // between two questions to other processes, which can't notify
            }
        }
    }

    /**
     * Waits until every living member serves clients.
     *
     * @throws IllegalStateException when one ended or does not serve within the limit, with the end of its log
     */
    public void awaitServing(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (var member : members) {
            while (member.role().isEmpty()) {
                if (!member.isAlive() || System.nanoTime() > end) {
                    member.checkAlive();
                    throw new IllegalStateException(
                            "member " + member.id() + " does not serve:\n" + member.lastLines());
                }
                Thread.sleep(20); // between two questions to another process, which can't notify
            }
        }
    }

    /** Kills every process; the folders stay. */
    @Override
    public void close() {
        members.forEach(MemberProcess::close);
    }

    private static MemberProcess member(Options options, int id, int clientPort, int adminPort,
            Map<String, String> servers)
            throws IOException {
        var folder = Files.createDirectories(options.folder().resolve(Integer.toString(id))).toAbsolutePath();
        var data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("myid"), id + "\n");
        var config = folder.resolve("zoo.cfg");
        var lines = settings(options.kind(), data, clientPort, adminPort);
        lines.putAll(servers);
        lines.putAll(options.settings());
        Files.write(config, lines.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue()).toList());
        return new MemberProcess(id, folder, clientPort, adminPort, command(options, config));
    }

    private static String server(FreePorts ports, int clientPort) throws IOException {
        return "127.0.0.1:" + ports.next() + ":" + ports.next() + ":participant;127.0.0.1:" + clientPort;
    }

    private static Map<String, String> settings(ServerKind kind, Path data, int clientPort, int adminPort) {
        var lines = new LinkedHashMap<String, String>();
        lines.put("dataDir", data.toString());
        lines.put("clientPort", Integer.toString(clientPort));
        lines.put("clientPortAddress", "127.0.0.1");
        lines.put("tickTime", "2000");
        lines.put("initLimit", "10");
        lines.put("syncLimit", "5");
        lines.put("minSessionTimeout", "1000");
        lines.put("maxClientCnxns", "0");
        lines.put("4lw.commands.whitelist", "*");
        // Apache ZooKeeper's admin server needs Jetty, which no test needs.
        lines.put("admin.enableServer", kind == ServerKind.QUORATE ? "true" : "false");
        lines.put("admin.serverAddress", "127.0.0.1");
        lines.put("admin.serverPort", Integer.toString(adminPort));
        return lines;
    }

    private static List<String> command(Options options, Path config) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvmFlags());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        if (options.kind() == ServerKind.QUORATE) {
            command.add("-Dquorate.bind=127.0.0.1");
        }
        command.addAll(List.of("-cp", options.classPath(), Tether.class.getName(), options.kind().mainClass(),
                config.toString()));
        return command;
    }
}
