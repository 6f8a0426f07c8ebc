package dev.quorate.ensemble;

import dev.quorate.ensemble.admin.AdminCommands;
import dev.quorate.ensemble.admin.AdminPages;
import dev.quorate.ensemble.admin.AskLoop;
import dev.quorate.ensemble.admin.FourLetterWords;
import dev.quorate.ensemble.admin.MembershipCommands;
import dev.quorate.ensemble.admin.Metrics;
import dev.quorate.ensemble.admin.Observation;
import dev.quorate.ensemble.admin.SettingsCommand;
import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.member.Loop;
import dev.quorate.ensemble.member.Member;
import dev.quorate.ensemble.member.MemberSettings;
import dev.quorate.ensemble.member.MemberSettings.ServerLine;
import dev.quorate.ensemble.net.ClientServer;
import dev.quorate.ensemble.net.HttpServer;
import dev.quorate.ensemble.net.Network;
import dev.quorate.ensemble.net.PeerTransport;
import dev.quorate.ensemble.storage.Disk;
import dev.quorate.ensemble.storage.FileStorage;
import dev.quorate.ensemble.storage.LogThread;
import dev.quorate.ensemble.storage.NioDisk;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.PeerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a member, put together. */
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int ANSWER_TIMEOUT_MS = 5000;
    private static final int COMMAND_LIMIT_MS = 30_000;

    private final BuildInfo build = BuildInfo.load();
    private final Histogram fsyncNs = new Histogram();
    private final Network network;
    private final PeerTransport transport;
    private final FileStorage storage;
    private final Member member;
    private final Loop loop;
    private final ClientServer clients;
    private final HttpServer http;
    private final LiveSettings live;
    private final int drainMs;
    private volatile boolean leaving;

    /** Ends the process; does not return. */
    interface Fatal {
        void end(ExitCode code, String what, Throwable cause);
    }

    /** A port that can't be listened on. */
    static final class PortTaken extends Exception {
        private static final long serialVersionUID = 1;

        PortTaken(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Server(Config config, Function<LongConsumer, Disk> disk, Fatal fatal) throws IOException {
        var random = new SystemRandom();
        // The loop and the member need each other; nothing is posted before the loop is there.
        var posted = new Posted();
        // The data waits for the disk and the network for its classes: one while the other does.
        var networkReady = Meanwhile.start("network-start", () -> new Network(config.networkThreads()));
        storage = FileStorage.open(disk.apply(fsyncNs::record), new LogThread("log"), posted::execute,
                storageSettings(config, random));
        network = networkReady.join();
        transport = new PeerTransport(network, config.peers(), posted, storage::isFull);
        live = new LiveSettings(config.live(), this::changed);
        member = new Member(memberSettings(config, live), peerSettings(config), storage, transport, new SystemClock(),
                random,
                (what, cause) -> fatal.end(ExitCode.STORAGE_FAULT, "the disk failed: " + what, cause));
        loop = new Loop(member, network.loop(), death -> fatal.end(ExitCode.ofDeath(death), "the loop died", death));
        posted.loop = loop;
        storage.listen(member.disk());
        var ask = new AskLoop(posted, this::observe, ANSWER_TIMEOUT_MS);
        var words = new FourLetterWords(ask, live::words, () -> config.settings(live.now()),
                build.zooKeeperText());
        clients = new ClientServer(network, config.clients(), posted, member.clients(), words::answer);
        http = new HttpServer(network, pages(ask, config.adminToken()));
        drainMs = config.sessions().drainMs();
    }

    /**
     * Starts a member. It serves clients as soon as it is in a quorum.
     *
     * @throws PortTaken when it can't listen where it should
     * @throws IOException when its data can't be opened; {@code DataRefused} when it is not its to use
     */
    static Server start(Config config, Fatal fatal) throws IOException, PortTaken {
        return start(config, NioDisk::new, fatal);
    }

    /** @param disk makes the disk, which tells how long each fsync took, in nanoseconds */
    static Server start(Config config, Function<LongConsumer, Disk> disk, Fatal fatal)
            throws IOException, PortTaken {
        config.warnings().forEach(LOG::warn);
        var server = new Server(config, disk, fatal);
        server.listen(config);
        server.loop.start();
        server.loop.post(server.member::start);
        LOG.info("member {} of {} runs, version {}: clients at {}, data in {}", config.identity().id(),
                Math.max(1, config.servers().size()), server.build.version(), config.clientAddress(),
                config.data().dataDir());
        return server;
    }

    /**
     * Not ready from now on. Hands leadership over, serves clients a last moment, then accepts nobody any more,
     * finishes what is being written, and lets go of the data.
     */
    @Override
    public void close() {
        try {
            LOG.info("this member ends");
            leaving = true;
            new Leaving(loop::post, this::observe, member::handOver).leave(drainMs);
            http.close();
            clients.close();
            loop.stop();
            transport.close();
            storage.close();
            network.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Config config) throws PortTaken {
        try {
            transport.listen();
            clients.listen(config.ports().client());
            var admin = config.ports().admin();
            if (admin != null) {
                http.listen(admin);
            }
        } catch (IOException taken) {
            throw new PortTaken(taken);
        }
    }

    /** What may be changed while it runs. */
    LiveSettings settings() {
        return live;
    }

    private void changed(Config.Live now) {
        clients.connectionsPerAddress(now.maxClientCnxns());
    }

    /** The thread that owns the member. */
    Loop loop() {
        return loop;
    }

    private HttpServer.Pages pages(AskLoop ask, String adminToken) {
        var metrics = new Metrics();
        metrics.addTiming("fsynctime", fsyncNs);
        var pages = new AdminPages(ask, metrics, live::given, build.version(), Levels.KNOWN.highest());
        var membership = new MembershipCommands(member::submit);
        var commands = new AdminCommands(ask, adminToken, COMMAND_LIMIT_MS,
                Map.of("/v1/handover", AdminCommands.handOver(member::handOver), "/v1/reconfig", membership::reconfig,
                        "/v1/level", membership::raiseLevel, "/v1/settings", new SettingsCommand(live)::set));
        return new HttpServer.Pages() {
            @Override
            public void get(String path, Consumer<HttpServer.Answer> answer) {
                pages.get(path, (status, type, text) -> answer.accept(new HttpServer.Answer(status, type, text)));
            }

            @Override
            public void post(String path, String bearer, String body, Consumer<HttpServer.Answer> answer) {
                commands.post(path, bearer, body,
                        (status, type, text) -> answer.accept(new HttpServer.Answer(status, type, text)));
            }
        };
    }

    /** On the loop. */
    Observation observe() {
        var traffic = clients.traffic();
        return new Observation(member.status(),
                new Observation.Traffic(traffic.connections(), clients.outstanding(), traffic.packetsReceived(),
                        traffic.packetsSent(), traffic.rejected(), traffic.malformed(), traffic.tooLarge(),
                        traffic.slowClosed(), traffic.latencyNs()),
                leaving);
    }

    private static StorageSettings storageSettings(Config config, SystemRandom random) {
        var identity = config.identity();
        var usual = StorageSettings.Limits.DEFAULT;
        var limits = new StorageSettings.Limits(usual.segmentBytes(), usual.allocateBytes(), usual.sectorBytes(),
                usual.batchBytes(), config.data().snapshotsKept(), usual.logKeptBytes(),
                config.data().reserveBytes());
        return new StorageSettings(config.data().dataDir().toString(), config.data().dataLogDir().toString(),
                identity.id(), identity.clusterId(), identity.claimUid(), identity.mustBeFounded(), limits,
                random::nextLong);
    }

    private PeerSettings peerSettings(Config config) {
        return PeerSettings.defaults(config.identity().id(), storage.identity().incarnation())
                .withPeerTimeoutMs(config.peers().timeoutMs()).withConfigurations(TxnCodec::configuration);
    }

    private static MemberSettings memberSettings(Config config, LiveSettings live) {
        int timeoutMs = config.peers().timeoutMs();
        List<ServerLine> lines = config.servers().stream()
                .map(server -> new ServerLine(server.id(), !server.observer(), server.peerText(),
                        server.clientAddress()))
                .toList();
        if (lines.isEmpty()) {
            lines = List.of(new ServerLine(config.identity().id(), true, "", ""));
        }
        return new MemberSettings(config.identity().id(), lines, config.clientAddress(),
                config.identity().clusterId(), config.sessions().minTimeoutMs(), config.sessions().maxTimeoutMs(),
                Math.max(1, timeoutMs / 10), timeoutMs, config.sessions().noQuorumLimitMs(),
                live::snapCount, config.sessions().containerCheckMs(), config.sessions().maxUnapplied(),
                config.sessions().reads(), config.reconfigEnabled(), config.superDigest(), Levels.KNOWN);
    }
}
