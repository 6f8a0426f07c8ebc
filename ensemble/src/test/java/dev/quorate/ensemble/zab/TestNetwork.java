package dev.quorate.ensemble.zab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Several peers with disks in memory, virtual time and a network with faults, all from one seed. It checks after every
 * step what must always hold: one leader an epoch, committed entries the same everywhere, and on a quorum of disks.
 */
final class TestNetwork {
    private static final long TICK_MS = 5;
    private static final long DIAL_MS = 20;

    private final Random random;
    private final List<ConfigMember> founders = new ArrayList<>();
    private final TreeMap<Integer, TestMember> members = new TreeMap<>();
    private final TreeMap<String, Connection> connections = new TreeMap<>();
    /** Directions "from>to" in which nothing arrives. */
    private final TreeSet<String> blocked = new TreeSet<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Map<Long, Integer> leaders = new HashMap<>();
    private final List<Entry> committed = new ArrayList<>();
    private final ArrayDeque<String> trace = new ArrayDeque<>();
    private PeerSettings template = PeerSettings.defaults(1, 1);
    private long nowMs = 10_000;
    private long taskSeq;
    private long linkSeq;
    private int maxDelayMs = 1;
    private int maxDiskMs = 1;

    private record Task(long atMs, long seq, Runnable what) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(seq, other.seq);
        }
    }

    /** One link; each direction keeps its order. */
    private static final class Connection {
        final long link;
        final TreeMap<String, ArrayDeque<Runnable>> underWay = new TreeMap<>();
        final TreeMap<String, Long> lastMs = new TreeMap<>();

        Connection(long link) {
            this.link = link;
        }
    }

    TestNetwork(long seed, int voters, int observers) {
        random = new Random(seed);
        for (int id = 1; id <= voters + observers; id++) {
            TestMember member = new TestMember(id, this);
            members.put(id, member);
            founders.add(new ConfigMember(id, member.incarnation(), id <= voters, "m" + id));
        }
        later(0, this::tick);
        later(0, this::dial);
    }

    TestNetwork delays(int networkMs, int diskMs) {
        maxDelayMs = networkMs;
        maxDiskMs = diskMs;
        return this;
    }

    TestNetwork settings(PeerSettings settings) {
        template = settings;
        return this;
    }

    /** All disks belong to a founded ensemble. */
    TestNetwork founded() {
        List<FoundingMember> founding = new ArrayList<>();
        for (ConfigMember founder : founders) {
            if (founder.voter()) {
                founding.add(new FoundingMember(founder.id(), founder.incarnation()));
            }
        }
        members.values().forEach(member -> member.disk.founding(founding));
        return this;
    }

    TestNetwork startAll() {
        members.values().forEach(TestMember::start);
        return this;
    }

    TestMember member(int id) {
        TestMember member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("no member " + id);
        }
        return member;
    }

    boolean isVoter(int id) {
        return founders.stream().anyMatch(founder -> founder.id() == id && founder.voter());
    }

    List<TestMember> members() {
        return List.copyOf(members.values());
    }

    List<ConfigMember> founders() {
        return founders;
    }

    PeerSettings settings(int id, long incarnation) {
        return new PeerSettings(
                id, incarnation, template.heartbeatMs(), template.peerTimeoutMs(), template.electionWaitMs(),
                template.maxBackoffMs(), template.tailEntries(), template.tailBytes(), template.batchBytes(),
                template.maxCounter(),
                template.configurations());
    }

    long nowMs() {
        return nowMs;
    }

    Random random() {
        return random;
    }

    long randomLong() {
        return random.nextLong();
    }

    long diskMs() {
        return random.nextInt(maxDiskMs + 1);
    }

    void later(long delayMs, Runnable what) {
        tasks.add(new Task(nowMs + delayMs, taskSeq++, what));
    }

    void trace(int id, Effect effect) {
        if (trace.size() >= Integer.getInteger("quorate.trace", 300)) {
            trace.remove();
        }
        trace.add(nowMs + " " + id + " " + effect);
    }

    String traceText() {
        return String.join("\n", trace);
    }

    /** Lets time pass. */
    void run(long forMs) {
        long untilMs = nowMs + forMs;
        while (tasks.element().atMs() <= untilMs) {
            Task task = tasks.remove();
            nowMs = task.atMs();
            task.what().run();
        }
        nowMs = untilMs;
    }

    /** Lets time pass until something holds; tells how long it took. */
    long runUntil(BooleanSupplier holds, long limitMs) {
        long startMs = nowMs;
        while (!holds.getAsBoolean()) {
            if (nowMs - startMs > limitMs) {
                throw new AssertionError("not within " + limitMs + " ms: " + describe() + "\n" + traceText());
            }
            run(1);
        }
        return nowMs - startMs;
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        for (TestMember member : members.values()) {
            text.append("\n  ").append(member.id).append(": ").append(member.isUp() ? member.view() : "down");
        }
        return text + "\n  blocked " + blocked;
    }

    private void tick() {
        for (TestMember member : members.values()) {
            member.resume();
            member.deliver(new Event.Tick());
        }
        later(TICK_MS, this::tick);
    }

    private void dial() {
        for (TestMember a : members.values()) {
            for (TestMember b : members.values()) {
                if (a.id < b.id && a.isUp() && b.isUp() && !connections.containsKey(key(a.id, b.id))
                        && !blocked.contains(way(a.id, b.id)) && !blocked.contains(way(b.id, a.id))) {
                    connect(a, b);
                }
            }
        }
        later(DIAL_MS, this::dial);
    }

    private static String key(int a, int b) {
        return Math.min(a, b) + "-" + Math.max(a, b);
    }

    private static String way(int from, int to) {
        return from + ">" + to;
    }

    private void connect(TestMember a, TestMember b) {
        Connection connection = new Connection(++linkSeq);
        connections.put(key(a.id, b.id), connection);
        PeerInfo infoOfA = a.info();
        PeerInfo infoOfB = b.info();
        arrive(connection, b.id, a.id, () -> a.deliver(new Event.LinkUp(b.id, connection.link, infoOfB)));
        arrive(connection, a.id, b.id, () -> b.deliver(new Event.LinkUp(a.id, connection.link, infoOfA)));
    }

    /** Something goes one way on a connection, after all that went before. */
    private void arrive(Connection connection, int from, int to, Runnable what) {
        String way = way(from, to);
        connection.underWay.computeIfAbsent(way, w -> new ArrayDeque<>()).add(what);
        long atMs = Math.max(
                nowMs + 1 + random.nextInt(maxDelayMs),
                connection.lastMs.getOrDefault(way, 0L));
        connection.lastMs.put(way, atMs);
        later(atMs - nowMs, () -> pass(connection, from, to));
    }

    private void pass(Connection connection, int from, int to) {
        ArrayDeque<Runnable> queue = connection.underWay.get(way(from, to));
        boolean stuck = blocked.contains(way(from, to));
        if (connections.get(key(from, to)) == connection && queue != null && !stuck && !queue.isEmpty()) {
            queue.remove().run();
        }
    }

    void send(int from, int to, long link, Message message) {
        Connection connection = connections.get(key(from, to));
        if (connection != null && connection.link == link && message instanceof Message.Protocol protocol) {
            arrive(connection, from, to, () -> member(to).deliver(new Event.Received(from, link, protocol)));
        }
    }

    void sendSnapshot(int from, int to, long link, List<Entry> snapshot) {
        Connection connection = connections.get(key(from, to));
        if (connection != null && connection.link == link) {
            arrive(connection, from, to, () -> {
                TestMember learner = member(to);
                if (learner.isUp()) {
                    learner.snapshotArrived(snapshot);
                }
            });
            later(1, () -> member(from).deliver(new Event.SnapshotSent(to, link, MemoryDisk.lastOf(snapshot))));
        }
    }

    void disconnect(int from, int to, long link) {
        Connection connection = connections.get(key(from, to));
        if (connection != null && connection.link == link) {
            reset(from, to);
        }
    }

    /** Breaks the connection of two members; what is under way is lost. */
    void reset(int a, int b) {
        Connection connection = connections.remove(key(a, b));
        if (connection != null) {
            later(1, () -> member(a).deliver(new Event.LinkDown(b, connection.link)));
            later(1, () -> member(b).deliver(new Event.LinkDown(a, connection.link)));
        }
    }

    void crash(int id) {
        TestMember crashed = member(id);
        crashed.crash();
        members.keySet().forEach(other -> {
            if (other != id) {
                reset(id, other);
            }
        });
    }

    /** From now on nothing arrives this way; connections stay up. */
    void block(int from, int to) {
        blocked.add(way(from, to));
    }

    void cut(int a, int b) {
        block(a, b);
        block(b, a);
    }

    void cutOff(int id) {
        members.keySet().stream().filter(other -> other != id).forEach(other -> cut(id, other));
    }

    /** Everything arrives again; what was held back is lost with its connection. */
    void heal() {
        for (String way : blocked) {
            int at = way.indexOf('>');
            reset(Integer.parseInt(way.substring(0, at)), Integer.parseInt(way.substring(at + 1)));
        }
        blocked.clear();
    }

    void roleChanged(int id, PeerView view) {
        if (view.role() == PeerView.RoleName.LEADING && view.inSync()) {
            activated(id, view.epoch());
        }
    }

    void activated(int id, long epoch) {
        Integer other = leaders.putIfAbsent(epoch, id);
        if (other != null && other != id) {
            throw new AssertionError("members " + other + " and " + id + " lead epoch " + epoch);
        }
    }

    /** Committed histories are prefixes of one, and each entry is on a quorum of disks when it is first committed. */
    void committed(TestMember member) {
        List<Entry> theirs = member.committedEntries();
        int common = Math.min(theirs.size(), committed.size());
        if (!theirs.subList(0, common).equals(committed.subList(0, common))) {
            throw new AssertionError("member " + member.id + " committed another history");
        }
        Configuration configuration = Configuration.founding(founders);
        for (Entry entry : theirs.subList(common, theirs.size())) {
            if (!configuration.isQuorum((id, incarnation) -> member(id).disk.holds(entry))) {
                throw new AssertionError("committed, but not on a quorum: " + entry);
            }
            committed.add(entry);
        }
    }

    List<Entry> committed() {
        return committed;
    }

    /** The activated leader with a fresh quorum, 0 when there is none. */
    int leader() {
        for (TestMember member : members.values()) {
            if (member.isUp() && !member.isPaused() && member.freshQuorum()) {
                return member.id;
            }
        }
        return 0;
    }

    void submit(int id, int count) {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[8];
            random.nextBytes(bytes);
            payloads.add(new Payload(bytes));
        }
        member(id).deliver(new Event.Submitted(payloads, nowMs));
    }

    /** Whether all members that run are part of one quorum and have committed all there is. */
    boolean isSettled() {
        int leader = leader();
        if (leader == 0) {
            return false;
        }
        for (TestMember member : members.values()) {
            if (member.isUp() && (!member.view().inSync() || member.view().leader() != leader
                    || member.committedEntries().size() != committed.size())) {
                return false;
            }
        }
        return true;
    }
}
