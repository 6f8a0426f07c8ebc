package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.storage.Exec;
import dev.quorate.ensemble.storage.FileStorage;
import dev.quorate.ensemble.storage.NioDisk;
import dev.quorate.ensemble.storage.StorageSettings;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.ReadLimits;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.wire.MalformedPacket;
import dev.quorate.ensemble.wire.SnapshotCodec;
import dev.quorate.ensemble.wire.TxnCodec;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.FoundingMember;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.PeerInfo;
import dev.quorate.ensemble.zab.PeerSettings;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.Zxid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole member with a disk of its own; the other members are played by the test. */
class MemberTest {
    private static final int ID = 9;
    private static final long INCARNATION = 109;
    private static final long FIRST = Zxid.of(1, 1);
    private static final long SECOND = Zxid.of(1, 2);

    @TempDir
    Path folder;

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final Recorded transport = new Recorded();
    private final TestLog log = new TestLog();
    private final TestClock clock = new TestClock();
    private FileStorage storage;
    private Member member;

    @BeforeEach
    void start() throws IOException {
        String dir = folder.toString();
        storage = FileStorage.open(new NioDisk(), log, loop::add,
                new StorageSettings(dir, dir, ID, "", "", false, StorageSettings.Limits.DEFAULT, () -> INCARNATION));
        MemberSettings settings = new MemberSettings(ID, seeds(), "127.0.0.1:2181", "", 4000, 40_000, 100, 1000,
                5000, () -> 100_000, 60_000, 10_000, new ReadLimits(1 << 20, 1 << 20, 1 << 20), false, "",
                Levels.KNOWN);
        PeerSettings peers = PeerSettings.defaults(ID, INCARNATION).withConfigurations(TxnCodec::configuration);
        member = new Member(settings, peers, storage, transport, clock, new Zeros(), (what, cause) -> {
            throw new IllegalStateException(what, cause);
        });
        storage.listen(member.disk());
        member.start();
        settle();
    }

    @AfterEach
    void end() {
        log.goOn();
        storage.close();
    }

    /** Runs what the disk has answered, and ends the batch. */
    private void settle() {
        for (Runnable input = loop.poll(); input != null; input = loop.poll()) {
            input.run();
        }
        member.endBatch();
    }

    private void link(int peer, long link) {
        member.linkUp(peer, link, new PeerInfo(100 + peer, 1, true, 1), "", "");
        settle();
    }

    private void hears(int peer, long link, Message... messages) {
        for (Message message : messages) {
            member.received(peer, link, message);
            settle();
        }
    }

    private static List<MemberSettings.ServerLine> seeds() {
        return Stream.of(2, 3).map(id -> new MemberSettings.ServerLine(id, true, address(id), "")).toList();
    }

    private static String address(int id) {
        return "127.0.0.1:288" + id + ":388" + id + ":participant";
    }

    /** What founds an ensemble of these voters. */
    private static Payload founding(Integer... voters) {
        List<ConfigMember> members = Stream.of(voters).map(id -> new ConfigMember(id, 100 + id, true, address(id)))
                .toList();
        return TxnCodec.encode(new Txn(new Origin(0, 0, 0), 0, Caller.ENSEMBLE,
                new Command.Found(1, "test", new Bytes(new byte[32]), members)));
    }

    private static Message foundingSet(Integer... voters) {
        return new Message.FoundingSet(Stream.of(voters).map(id -> new FoundingMember(id, 100 + id)).toList());
    }

    private static Message propose(long epoch, long zxid, Payload payload) {
        return new Message.Propose(epoch, List.of(new Entry(zxid, 1, payload)));
    }

    /** Links it to member 2, which leads in epoch 1 and has these entries, all of them committed. */
    private void follow(Message foundingSet, Payload... history) {
        link(2, 1);
        hears(2, 1, foundingSet, new Message.Lead(1, true, 1, FIRST), new Message.NewEpoch(1),
                new Message.Diff(1, Zxid.NONE));
        long last = Zxid.of(1, 0);
        for (Payload payload : history)
            hears(2, 1, propose(1, ++last, payload));
        hears(2, 1, new Message.NewLeader(1, last), new Message.UpToDate(1, last));
        assertThat(member.status().peer().inSync()).isTrue();
    }

    private void unlink(int peer, long link) {
        member.linkDown(peer, link);
        settle();
    }

    private static Payload snapshotOf(Payload founding) throws MalformedPacket {
        DataTree tree = new DataTree(event -> {}, Levels.KNOWN);
        tree.apply(FIRST, 1, TxnCodec.decode(founding));
        SnapshotCodec.Writer bytes = new SnapshotCodec.Writer();
        tree.startSnapshot(bytes);
        boolean complete = tree.walk(1000);
        assertThat(complete).isTrue();
        return new Payload(bytes.take());
    }

    /** The sequence numbers of the writes that were forwarded on a link. */
    private List<Long> forwarded(long link) {
        return transport.sent.stream().filter(sent -> sent.link == link).map(Sent::message)
                .filter(Message.Forward.class::isInstance).map(Message.Forward.class::cast)
                .flatMap(forward -> forward.payloads().stream()).map(TxnCodec::seq).toList();
    }

    private Payload lastForwarded() {
        return transport.sent.stream().map(Sent::message).filter(Message.Forward.class::isInstance)
                .map(Message.Forward.class::cast).toList().getLast().payloads().getLast();
    }

    private RecordedConnection connect() {
        RecordedConnection client = new RecordedConnection();
        member.clients().connect(client, 0, 10_000, 0, new byte[16]);
        settle();
        return client;
    }

    @Test
    void aWriteThatCameBackWithASnapshotAndWasNotCommittedIsSubmittedAgain() throws MalformedPacket {
        Payload founding = founding(2, 3);
        follow(foundingSet(2, 3), founding);
        RecordedConnection first = connect();
        assertThat(forwarded(1)).containsExactly(1L);
        Payload write = lastForwarded();

        // The leader has ordered it; the link breaks, and the leader's log does not reach back any more.
        unlink(2, 1);
        link(2, 2);
        hears(2, 2, new Message.Lead(1, true, 1, SECOND), new Message.NewEpoch(1), new Message.Snap(1),
                new Message.SnapshotChunk(FIRST, 0, snapshotOf(founding), true), new Message.Diff(1, FIRST),
                propose(1, SECOND, write), new Message.NewLeader(1, SECOND), new Message.UpToDate(1, FIRST));
        assertThat(member.status().tree().appliedZxid()).isEqualTo(SECOND);
        assertThat(first.closed).as("what became of its request is not known here").isTrue();

        // That leader was cut off from the voters; the next one knows nothing of the write.
        unlink(2, 2);
        link(3, 3);
        hears(3, 3, new Message.Lead(2, true, 2, FIRST), new Message.NewEpoch(2), new Message.Trunc(2, FIRST),
                new Message.Diff(2, FIRST), new Message.NewLeader(2, FIRST), new Message.UpToDate(2, FIRST));
        RecordedConnection second = connect();
        assertThat(forwarded(3)).as("a leader orders no write but the next one").containsExactly(1L, 2L);
        long zxid = Zxid.of(2, 2);
        hears(3, 3, propose(2, Zxid.of(2, 1), write), propose(2, zxid, lastForwarded()), new Message.Commit(2, zxid));
        assertThat(second.sessionId).isEqualTo(zxid);
    }

    @Test
    void onlyTheLeadersSnapshotIsStaged() throws MalformedPacket {
        Payload founding = founding(2, 3);
        follow(foundingSet(2, 3), founding);
        unlink(2, 1);
        link(2, 2);
        link(3, 3);
        hears(2, 2, new Message.Lead(1, true, 1, SECOND), new Message.NewEpoch(1), new Message.Snap(1));
        // Member 3 led before, and its disk is slow.
        hears(3, 3, new Message.SnapshotChunk(FIRST, 0, new Payload(new byte[]{0, 0}), false));
        hears(2, 2, new Message.SnapshotChunk(FIRST, 0, snapshotOf(founding), true));
        assertThat(transport.sent.getLast().message()).isEqualTo(new Message.SyncFrom(1, FIRST, false));
    }

    @Test
    void aLeaderThatGivesUpBeforeItIsActiveFeedsNobodyAnyMore() throws IOException {
        Payload large = TxnCodec.encode(new Txn(new Origin(2, 102, 1), 1, Caller.ENSEMBLE,
                new Command.Delete("/" + "x".repeat(4_300_000), -1)));
        follow(foundingSet(2, ID), founding(2, ID), large, large);
        end();
        start();
        link(2, 1);
        hears(2, 1, new Message.Ballot(0, 0, false, 0, List.of(ID)), new Message.Ballot(0, 0, false, ID, List.of(ID)));
        transport.queuedBytes = 16 << 20;
        hears(2, 1, new Message.LearnerInfo(0), new Message.AckEpoch(2, true, 0, 0));
        assertThat(transport.sent.getLast().message()).isInstanceOf(Message.Propose.class);
        hears(2, 1, new Message.Lead(9, false, 0, 0));
        assertThat(member.status().peer().role()).isEqualTo(PeerView.RoleName.LOOKING);
        int before = transport.sent.size();
        transport.queuedBytes = 0;
        member.drained(2, 1);
        settle();
        assertThat(transport.sent.subList(before, transport.sent.size())).extracting(Sent::message)
                .noneMatch(Message.Propose.class::isInstance);
    }

    @Test
    void anEnsembleHasTheIdThatWasGivenToAnyOfItsMembers() throws IOException {
        member.linkUp(2, 1, new PeerInfo(102, 1, false, 1), "given", "");
        settle();
        assertThat(transport.self.clusterId()).isEqualTo("given");
        hears(2, 1, foundingSet(2, 3));
        end();
        start();
        assertThat(member.status().identity().clusterId()).isEqualTo("given");
    }

    /** Makes it the leader of members 2 and 3, in epoch 2. */
    private void lead() {
        follow(foundingSet(2, 3, ID), founding(2, 3, ID));
        link(3, 1);
        hears(2, 1, new Message.HandOver(1, ID));
        for (int peer : List.of(2, 3))
            hears(peer, 1, new Message.LearnerInfo(1), new Message.AckEpoch(2, true, 1, FIRST));
        for (int peer : List.of(2, 3))
            hears(peer, 1, new Message.AckNewLeader(2, FIRST));
        passWithAnswers();
        assertThat(member.status().peer().role()).isEqualTo(PeerView.RoleName.LEADING);
        assertThat(member.status().peer().inSync()).isTrue();
    }

    /** A tenth of a second later the others answer. */
    private void passWithAnswers() {
        clock.nowMs += 100;
        member.tick();
        settle();
        long round = transport.sent.stream().map(Sent::message).filter(Message.Heartbeat.class::isInstance)
                .mapToLong(message -> ((Message.Heartbeat) message).round()).max().orElseThrow();
        for (int peer : List.of(2, 3))
            hears(peer, 1, new Message.HeartbeatAck(2, round));
    }

    private boolean handedOver() {
        return transport.sent.stream().anyMatch(sent -> sent.message() instanceof Message.HandOver);
    }

    @Test
    void aLeaderWhoseDiskIsFarSlowerThanTheOthersHandsOver() {
        lead();
        log.hangs = true;
        connect();
        for (int peer : List.of(2, 3))
            hears(peer, 1, new Message.Ack(2, Zxid.of(2, 1)));
        for (int i = 0; i < 9; i++)
            passWithAnswers();
        assertThat(handedOver()).as("a disk may take its time once").isFalse();
        passWithAnswers();
        assertThat(handedOver()).isTrue();
    }

    private record Sent(int peer, long link, Message message) {}

    /** The log's thread is the test's own; it can be made to wait for its disk. */
    private static final class TestLog implements Exec {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        boolean hangs;

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
            if (!hangs)
                goOn();
        }

        void goOn() {
            hangs = false;
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll())
                task.run();
        }

        @Override
        public void close() {}
    }

    private static final class TestClock implements Clock {
        long nowMs = 1000;

        @Override
        public long monotonicMs() {
            return nowMs;
        }

        @Override
        public long wallMs() {
            return nowMs;
        }
    }

    private static final class Zeros implements RandomSource {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public void nextBytes(byte[] bytes) {}
    }

    private static final class Recorded implements Transport {
        final List<Sent> sent = new ArrayList<>();
        long queuedBytes;
        LocalInfo self = new LocalInfo(ID, "", new PeerInfo(INCARNATION, 1, false, 1), "");

        @Override
        public void start(Listener listener, LocalInfo now) {
            self = now;
        }

        @Override
        public void contacts(Directory own, List<PeerAddress> called) {}

        @Override
        public void update(LocalInfo now) {
            self = now;
        }

        @Override
        public void send(int peer, long link, Message message) {
            sent.add(new Sent(peer, link, message));
        }

        @Override
        public void flush() {}

        @Override
        public long queuedBytes(int peer, long link) {
            return queuedBytes;
        }

        @Override
        public void disconnect(int peer, long link, String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
