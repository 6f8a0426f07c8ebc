package dev.quorate.ensemble;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every key that zoo.cfg may hold, besides {@code server.N}. docs/configuration.md is made of this list. */
enum ConfigKey {
    DATA_DIR("dataDir", "path", "", "Folder of the snapshots, the epoch file and `myid`. Required."),
    DATA_LOG_DIR("dataLogDir", "path", "dataDir",
            "Folder of the transaction log. A disk of its own makes writes faster."),
    CLIENT_PORT("clientPort", "port", "",
            "Where clients connect. Required, unless `server.N` of this member names it."),
    CLIENT_PORT_ADDRESS("clientPortAddress", "host", "all addresses", "The address that the client port listens on."),
    TICK_TIME("tickTime", "ms", 2000, 1, 3_600_000, "Unit of the bounds of session timeouts, and of nothing else."),
    MIN_SESSION_TIMEOUT("minSessionTimeout", "ms", -1, -1, 86_400_000,
            "The shortest session timeout that a client gets; -1: 2 × `tickTime`."),
    MAX_SESSION_TIMEOUT("maxSessionTimeout", "ms", -1, -1, 86_400_000,
            "The longest session timeout that a client gets; -1: 20 × `tickTime`."),
    MAX_CLIENT_CNXNS("maxClientCnxns", "connections", 60, 0, 10_000_000,
            "How many connections one address may have; 0: no limit."),
    MAX_CNXNS("maxCnxns", "connections", 10_000, 0, 10_000_000,
            "How many client connections there may be at all; 0: no limit."),
    GLOBAL_OUTSTANDING_LIMIT("globalOutstandingLimit", "requests", 10_000, 1, 10_000_000,
            "Requests of all clients that are not answered yet; at the limit no client is read that has any, at twice as many none."),
    JUTE_MAXBUFFER("jute.maxbuffer", "bytes", 1_048_575, 1024, 64 << 20,
            "The longest request; a longer one closes its connection. A longer reply to a `multiRead` of several operations "
                    + "is an error instead. The same on all members."),
    SNAP_COUNT("snapCount", "entries", 100_000, 100, 1_000_000_000, "A snapshot is taken after about as many entries."),
    SNAP_RETAIN_COUNT("autopurge.snapRetainCount", "snapshots", 3, 1, 1000,
            "How many snapshots are kept, with the log that belongs to them."),
    PURGE_INTERVAL("autopurge.purgeInterval", "h", 0, 0, 1_000_000,
            "Without meaning: what is not needed is purged after each snapshot."),
    INIT_LIMIT("initLimit", "ticks", 10, 0, 1_000_000,
            "Without meaning: catching up has no limit for as long as it moves on."),
    SYNC_LIMIT("syncLimit", "ticks", 5, 0, 1_000_000, "Without meaning: see `quorate.peerTimeoutMs`."),
    WORDS("4lw.commands.whitelist", "words", "srvr, stat, mntr, conf, isro, ruok",
            "The four-letter words that are answered, separated by commas; `*` for all."),
    ADMIN_ENABLE("admin.enableServer", "boolean", "true", "Whether there is an admin HTTP port."),
    ADMIN_PORT("admin.serverPort", "port", 8080, 1, 65_535, "The admin HTTP port."),
    ADMIN_ADDRESS("admin.serverAddress", "host", "all addresses", "The address that the admin port listens on."),
    PEER_TIMEOUT("quorate.peerTimeoutMs", "ms", 1000, 50, 600_000,
            "How long a peer may be silent before it counts as gone. A broken connection counts at once."),
    PEER_KEY_FILE("quorate.peerKeyFile", "path", "",
            "File with the secret that members prove to each other to have, at least 16 bytes, the same for all."),
    PEER_AUTH("quorate.peerAuth", "none", "",
            "`none`: members believe each other's ids. Implied when every `server.N` is a loopback address."),
    ADMIN_TOKEN_FILE("quorate.adminTokenFile", "path", "",
            "File with the token that admin commands which change something must bring."),
    DRAIN("quorate.drainMs", "ms", 500, 0, 600_000,
            "How long a member that was told to end, and is not ready any more, goes on to serve its clients."),
    SUPER_DIGEST("DigestAuthenticationProvider.superDigest", "user:hash", "",
            "Who proves to be this user by the digest scheme may do everything. The hash is base64(SHA-1(user:password))."),
    RECONFIG_ENABLED("reconfigEnabled", "boolean", "false",
            "Whether clients of this member may change the members by ZooKeeper's `reconfig`; each needs the right to write "
                    + "`/zookeeper/config` too, which only the superuser has until it gives it away. The admin port does not ask."),
    NO_QUORUM_LIMIT("quorate.noQuorumLimitMs", "ms", 5000, 100, 3_600_000,
            "How long clients are kept while this member is in no quorum; then they are sent to look elsewhere."),
    CONTAINER_CHECK("quorate.containerCheckMs", "ms", 60_000, 100, 86_400_000,
            "How often the leader looks for empty containers, which it deletes."),
    UNAPPLIED_LIMIT("quorate.unappliedLimit", "writes", 20_000, 100, 10_000_000,
            "Writes of this member that may wait for the quorum; above it no session begins here."),
    NETWORK_THREADS("quorate.networkThreads", "threads", 0, 0, 256,
            "Threads that move bytes; the first is the loop's and the peers', clients have the others if there are any. 0: half as many as there are processors, at least 1 and at most 8."),
    CONNECTION_OUTSTANDING("quorate.connectionOutstandingLimit", "requests", 1000, 1, 1_000_000,
            "Requests of one connection that are not answered yet; at the limit its socket is not read."),
    OUTSTANDING_BYTES("quorate.outstandingBytesLimit", "bytes", 64 << 20, 1 << 20, 1L << 40,
            "What the unanswered requests of all clients may take; at the limit no client is read that has any, at twice as much none."),
    HANDSHAKE_TIMEOUT("quorate.handshakeTimeoutMs", "ms", 5000, 100, 600_000,
            "How long a client may take from connecting to its connect request."),
    SLOW_CLIENT_TIMEOUT("quorate.slowClientTimeoutMs", "ms", 15_000, 100, 3_600_000,
            "A client that has data waiting and reads none of it for so long is disconnected."),
    CLIENT_QUEUE("quorate.clientQueueLimit", "messages", 100_000, 1000, 10_000_000,
            "Replies and events that may wait for a client that does not read; more, and it is disconnected."),
    CLIENT_QUEUE_BYTES("quorate.clientQueueBytesLimit", "bytes", 4 << 20, 1 << 10, 1L << 40,
            "Replies that may wait for a client that does not read; above it its further reads wait."),
    UNREAD_BYTES("quorate.unreadBytesLimit", "bytes", 128 << 20, 1 << 20, 1L << 40,
            "Replies and events that may wait for all clients together; above it the further reads of those wait who have not "
                    + "read all; above twice as much the one for which most waits is disconnected."),
    REPLY_BYTES("quorate.replyBytesLimit", "bytes", 32 << 20, 1 << 16, 1 << 30,
            "The longest list of children; a longer one is the error `MarshallingError`."),
    WATCH_BYTES("quorate.sessionWatchBytesLimit", "bytes", 16 << 20, 1 << 10, 1L << 40,
            "What the watches of one session may take, each its path and 100 bytes; one more is the error `QuotaExceeded`."),
    DISK_RESERVE("quorate.diskReserveBytes", "bytes", 64 << 20, 0, 1L << 50,
            "With less room than this left on the disks of so many voters that the others are no quorum, writes that grow the "
                    + "data are the error `QuotaExceeded`; a leader with less hands over. 0: no reserve."),
    PEER_QUEUE("quorate.peerQueueBytesLimit", "bytes", 256 << 20, 1 << 20, 1L << 40,
            "What may wait for a peer that does not read; more, and it is disconnected and synchronized anew.");

    private static final Map<String, ConfigKey> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(ConfigKey::text, Function.identity()));

    private final String text;
    private final String unit;
    private final String standard;
    private final long min;
    private final long max;
    private final String meaning;

    ConfigKey(String text, String unit, String standard, String meaning) {
        this(text, unit, standard, 1, 65_535, meaning);
    }

    ConfigKey(String text, String unit, long standard, long min, long max, String meaning) {
        this(text, unit, Long.toString(standard), min, max, meaning);
    }

    ConfigKey(String text, String unit, String standard, long min, long max, String meaning) {
        this.text = text;
        this.unit = unit;
        this.standard = standard;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    static @Nullable ConfigKey of(String text) {
        return BY_NAME.get(text);
    }

    /** As it stands in zoo.cfg. */
    String text() {
        return text;
    }

    String unit() {
        return unit;
    }

    /** The default, or in words what holds without the key; empty when there is none. */
    String standard() {
        return standard;
    }

    long min() {
        return min;
    }

    long max() {
        return max;
    }

    String meaning() {
        return meaning;
    }
}
