package dev.quorate.ensemble;

import dev.quorate.ensemble.net.ClientLimits;
import dev.quorate.ensemble.net.TransportSettings;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.ServerLine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Config} of a zoo.cfg and the environment, or says everything that is wrong with them. */
final class ConfigReader {
    private static final int MIN_KEY_BYTES = 16;
    private static final int MAX_NETWORK_THREADS = 8;

    private final ConfigFile file;
    private final Map<String, String> environment;
    private final @Nullable String bind;
    private final List<ServerLine> servers;

    ConfigReader(ConfigFile file, Map<String, String> environment, @Nullable String bind) {
        this.file = file;
        this.environment = environment;
        this.bind = bind;
        this.servers = file.servers();
    }

    Config read() throws ConfigException {
        var data = data();
        var identity = identity(data.dataDir());
        var own = servers.stream().filter(server -> server.id() == identity.id()).findFirst().orElse(null);
        checkServers(identity.id(), own);
        var config = new Config(identity, servers, ports(own), data, sessions(), clients(), peers(own),
                file.flag(ConfigKey.RECONFIG_ENABLED), superDigest(), adminToken(),
                LiveSettings.read(file), networkThreads(), warnings());
        file.throwProblems();
        return config;
    }

    private Config.Data data() {
        if (!file.has(ConfigKey.DATA_DIR)) {
            file.problem("dataDir is missing: name the folder that holds this member's data");
        }
        var dataDir = path(ConfigKey.DATA_DIR, Path.of("."));
        return new Config.Data(dataDir, path(ConfigKey.DATA_LOG_DIR, dataDir),
                file.count(ConfigKey.SNAP_RETAIN_COUNT), file.number(ConfigKey.DISK_RESERVE));
    }

    private Config.Identity identity(Path dataDir) {
        return new Config.Identity(id(dataDir), environment.getOrDefault("QUORATE_CLUSTER_ID", "").strip(),
                environment.getOrDefault("QUORATE_CLAIM_UID", "").strip(),
                Boolean.parseBoolean(environment.getOrDefault("QUORATE_FOUNDED", "false")));
    }

    private int id(Path dataDir) {
        var given = environment.get("QUORATE_ID");
        var myid = dataDir.resolve("myid");
        try {
            if (given == null && Files.exists(myid)) {
                given = Files.readString(myid, StandardCharsets.UTF_8);
            }
            if (given != null) {
                int id = Integer.parseInt(given.strip());
                if (id > 0) {
                    return id;
                }
            } else if (servers.isEmpty()) {
                return 1;
            }
        } catch (IOException unreadable) {
            file.problem("can't read " + myid + ": " + unreadable.getMessage());
            return 1;
        } catch (NumberFormatException notANumber) {
            // told below, like a number that is missing
        }
        file.problem("write this member's number, the N of its server.N line, into " + myid + " or set QUORATE_ID"
                + (given == null ? "" : "; \"" + given.strip() + "\" is not one"));
        return 1;
    }

    private void checkServers(int id, @Nullable ServerLine own) {
        if (servers.isEmpty()) {
            return;
        }
        if (own == null) {
            file.warning("this member, number " + id
                    + ", is not among the server lines: it founds nothing, looks for an "
                    + "ensemble there, and takes part as soon as a reconfiguration adds it; if it should be a founder, "
                    + "correct myid or QUORATE_ID");
        }
        if (servers.stream().allMatch(ServerLine::observer)) {
            file.problem("every server.N is an observer: an ensemble needs at least one participant");
        }
        var addresses = new HashSet<String>();
        for (var server : servers) {
            if (!addresses.add(server.host() + ":" + server.peerPort())) {
                file.problem("server." + server.id() + " has the peer address of another member: " + server.host() + ":"
                        + server.peerPort());
            }
        }
    }

    private Config.Ports ports(@Nullable ServerLine own) {
        int specPort = own == null ? 0 : own.clientPort();
        int keyPort = file.has(ConfigKey.CLIENT_PORT) ? file.count(ConfigKey.CLIENT_PORT) : -1;
        if (specPort == 0 && keyPort < 0) {
            file.problem("clientPort is missing: name the port that clients connect to, usually 2181");
        }
        if (specPort != 0 && keyPort >= 0 && keyPort != specPort) {
            file.problem("clientPort=" + keyPort + " is not the client port of this member's server line, " + specPort
                    + ": write the same, or only one of them");
        }
        var specHost = own == null || own.clientHost().isEmpty() ? null : own.clientHost();
        var clientHost = specHost == null ? file.text(ConfigKey.CLIENT_PORT_ADDRESS) : specHost;
        var client = address(clientHost, specPort == 0 ? Math.max(0, keyPort) : specPort);
        var admin = file.flag(ConfigKey.ADMIN_ENABLE)
                ? address(file.text(ConfigKey.ADMIN_ADDRESS), file.count(ConfigKey.ADMIN_PORT))
                : null;
        return new Config.Ports(client, admin, advertisedHost(own, client));
    }

    /** What a client can reach: never the wildcard address. */
    private static String advertisedHost(@Nullable ServerLine own, InetSocketAddress client) {
        if (client.getAddress() != null && !client.getAddress().isAnyLocalAddress()) {
            return client.getHostString();
        }
        return own == null ? "localhost" : own.host();
    }

    private Config.Sessions sessions() {
        int tickMs = file.count(ConfigKey.TICK_TIME);
        int minMs = file.count(ConfigKey.MIN_SESSION_TIMEOUT);
        int maxMs = file.count(ConfigKey.MAX_SESSION_TIMEOUT);
        var sessions = new Config.Sessions(tickMs, minMs <= 0 ? 2 * tickMs : minMs, maxMs <= 0 ? 20 * tickMs : maxMs,
                file.count(ConfigKey.NO_QUORUM_LIMIT), file.count(ConfigKey.CONTAINER_CHECK),
                file.count(ConfigKey.UNAPPLIED_LIMIT), file.count(ConfigKey.DRAIN), reads());
        if (sessions.minTimeoutMs() > sessions.maxTimeoutMs()) {
            file.problem("minSessionTimeout (" + sessions.minTimeoutMs() + " ms) is above maxSessionTimeout ("
                    + sessions.maxTimeoutMs() + " ms): set both, the first not above the second");
        }
        return sessions;
    }

    private ReadLimits reads() {
        return new ReadLimits(file.count(ConfigKey.JUTE_MAXBUFFER), file.count(ConfigKey.REPLY_BYTES),
                file.number(ConfigKey.WATCH_BYTES));
    }

    private ClientLimits clients() {
        return new ClientLimits(
                new ClientLimits.Connections(file.count(ConfigKey.MAX_CLIENT_CNXNS), file.count(ConfigKey.MAX_CNXNS),
                        file.count(ConfigKey.HANDSHAKE_TIMEOUT), file.count(ConfigKey.SLOW_CLIENT_TIMEOUT),
                        file.count(ConfigKey.CLIENT_QUEUE), file.number(ConfigKey.CLIENT_QUEUE_BYTES),
                        file.number(ConfigKey.UNREAD_BYTES)),
                new ClientLimits.Requests(file.count(ConfigKey.JUTE_MAXBUFFER),
                        file.count(ConfigKey.CONNECTION_OUTSTANDING), file.count(ConfigKey.GLOBAL_OUTSTANDING_LIMIT),
                        file.number(ConfigKey.OUTSTANDING_BYTES)));
    }

    private TransportSettings peers(@Nullable ServerLine own) {
        // Without a bind address a member that is known by a loopback address is not offered to the whole network.
        var listen = own == null ? null : address(own.isLoopback() ? own.host() : null, own.peerPort());
        return new TransportSettings(listen, bind, peerKey(own), file.count(ConfigKey.PEER_TIMEOUT),
                file.number(ConfigKey.PEER_QUEUE));
    }

    private byte @Nullable [] peerKey(@Nullable ServerLine own) {
        var auth = file.text(ConfigKey.PEER_AUTH);
        if (auth != null && !auth.equals("none")) {
            file.problem("quorate.peerAuth=" + auth + ": write none, or remove it and set quorate.peerKeyFile");
        }
        if (file.has(ConfigKey.PEER_KEY_FILE)) {
            if (auth != null) {
                file.problem("quorate.peerKeyFile and quorate.peerAuth=none exclude each other: remove one of them");
            }
            return readKey(path(ConfigKey.PEER_KEY_FILE, Path.of("")));
        }
        if (auth == null && !servers.stream().allMatch(ServerLine::isLoopback)) {
            file.problem(
                    "members would believe anybody who reaches their peer ports: write a secret into a file, the same "
                            + "for all members (head -c 32 /dev/urandom | base64 > peer.key), and set quorate.peerKeyFile to it; "
                            + "or set quorate.peerAuth=none where nobody else can reach those ports");
        } else if (servers.size() > 1 || (own == null && !servers.isEmpty())) {
            file.warning("MEMBERS DO NOT AUTHENTICATE EACH OTHER"
                    + (auth == null ? ", since every server.N is a loopback address" : " (quorate.peerAuth=none)")
                    + ": whoever reaches a peer port can change the data");
        }
        return null;
    }

    private byte @Nullable [] readKey(Path keyFile) {
        try {
            var key = Files.readString(keyFile, StandardCharsets.ISO_8859_1).strip();
            if (key.length() >= MIN_KEY_BYTES) {
                return key.getBytes(StandardCharsets.ISO_8859_1);
            }
            file.problem("the key in " + keyFile + " is shorter than " + MIN_KEY_BYTES
                    + " bytes: head -c 32 /dev/urandom | base64 > " + keyFile);
        } catch (IOException unreadable) {
            file.problem("can't read quorate.peerKeyFile " + keyFile + ": " + unreadable.getMessage());
        }
        return null;
    }

    private String superDigest() {
        var digest = file.text(ConfigKey.SUPER_DIGEST);
        if (digest != null && digest.indexOf(':') <= 0) {
            file.problem(ConfigKey.SUPER_DIGEST.text() + ": write user:hash");
        }
        return digest == null ? "" : digest;
    }

    private String adminToken() {
        if (!file.has(ConfigKey.ADMIN_TOKEN_FILE)) {
            return "";
        }
        var tokenFile = path(ConfigKey.ADMIN_TOKEN_FILE, Path.of(""));
        try {
            var token = Files.readString(tokenFile, StandardCharsets.UTF_8).strip();
            if (token.isEmpty()) {
                file.problem("quorate.adminTokenFile " + tokenFile
                        + " is empty: head -c 32 /dev/urandom | base64 > " + tokenFile);
            }
            return token;
        } catch (IOException unreadable) {
            file.problem("can't read quorate.adminTokenFile " + tokenFile + ": " + unreadable.getMessage());
            return "";
        }
    }

    private int networkThreads() {
        int threads = file.count(ConfigKey.NETWORK_THREADS);
        return threads > 0
                ? threads
                : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MAX_NETWORK_THREADS);
    }

    private List<String> warnings() {
        for (var key : List.of(ConfigKey.INIT_LIMIT, ConfigKey.SYNC_LIMIT, ConfigKey.PURGE_INTERVAL)) {
            if (file.has(key)) {
                file.number(key);
                file.warning(key.text() + " is accepted and has no effect. " + key.meaning());
            }
        }
        return file.warnings();
    }

    private InetSocketAddress address(@Nullable String host, int port) {
        var listenOn = bind == null ? host : bind;
        var address = listenOn == null ? new InetSocketAddress(port) : new InetSocketAddress(listenOn, port);
        if (address.isUnresolved()) {
            file.problem(
                    "the address " + listenOn + " to listen on can't be resolved: write an address of this machine");
        }
        return address;
    }

    private Path path(ConfigKey key, Path otherwise) {
        var text = file.text(key);
        return text == null ? otherwise : Path.of(text);
    }
}
