package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** One peer that is fed by hand. Member 1 unless said otherwise; every peer has the incarnation 100 + id. */
final class Rig {
    static final PeerSettings SETTINGS = PeerSettings.defaults(1, 101);

    final Peer peer;
    /** The effects of the last step. */
    List<Effect> effects = List.of();
    long nowMs = 50_000;
    private final TreeMap<Integer, Long> links = new TreeMap<>();
    private long linkSeq;
    private long generation;
    private long random;

    Rig(PeerSettings settings, List<ConfigMember> founders, Recovered recovered) {
        this(settings, founders, recovered, List.of());
    }

    Rig(PeerSettings settings, List<ConfigMember> founders, Recovered recovered, List<ConfigurationAt> configurations) {
        peer = new Peer(settings, founders, recovered, configurations, () -> random);
        took(peer.start(nowMs));
    }

    /** A founded member 1 of so many voters, and one observer with the next id. */
    static Rig founded(int voters, long acceptedEpoch, long currentEpoch, Long... epochEnds) {
        return founded(SETTINGS, voters, acceptedEpoch, currentEpoch, epochEnds);
    }

    static Rig founded(
            PeerSettings settings, int voters, long acceptedEpoch, long currentEpoch, Long... epochEnds) {
        return new Rig(settings, founders(voters), recovered(voters, acceptedEpoch, currentEpoch, epochEnds));
    }

    /** So many voters and one observer, as a member is told them. */
    static List<ConfigMember> founders(int voters) {
        List<ConfigMember> founders = new ArrayList<>();
        for (int id = 1; id <= voters + 1; id++) {
            founders.add(new ConfigMember(id, 0, id <= voters, "m" + id));
        }
        return founders;
    }

    static Recovered recovered(int voters, long acceptedEpoch, long currentEpoch, Long... epochEnds) {
        long last = epochEnds.length == 0 ? Zxid.NONE : epochEnds[epochEnds.length - 1];
        return new Recovered(
                acceptedEpoch, currentEpoch, last, Zxid.NONE, List.of(epochEnds), last == 0 ? 0 : 1000,
                founding(voters), List.of(), null);
    }

    static List<FoundingMember> founding(int voters) {
        List<FoundingMember> founding = new ArrayList<>();
        for (int id = 1; id <= voters; id++) {
            founding.add(new FoundingMember(id, 100 + id));
        }
        return founding;
    }

    static List<Entry> entries(long from, long to) {
        List<Entry> entries = new ArrayList<>();
        for (long zxid = from; zxid <= to; zxid++) {
            entries.add(new Entry(zxid, 2000, new Payload(new byte[]{(byte) zxid})));
        }
        return entries;
    }

    Rig random(long next) {
        random = next;
        return this;
    }

    private Rig took(List<Effect> news) {
        effects = news;
        for (Effect effect : news) {
            switch (effect) {
                case Effect.Fence e -> generation = e.generation();
                case Effect.Append e -> generation = e.generation();
                case Effect.SaveEpochs e -> generation = e.generation();
                case Effect.Truncate e -> generation = e.generation();
                case Effect.Refill e -> generation = e.generation();
                case Effect.StageSnapshot e -> generation = e.generation();
                default -> {
                }
            }
        }
        return this;
    }

    Rig step(Event event) {
        return took(peer.step(event, nowMs));
    }

    Rig tickAfter(long ms) {
        nowMs += ms;
        return step(new Event.Tick());
    }

    /** Lets time pass in small steps; the effects are those of all of them. */
    Rig pass(long ms) {
        List<Effect> all = new ArrayList<>();
        for (long passed = 0; passed < ms; passed += 10) {
            tickAfter(10);
            all.addAll(effects);
        }
        effects = all;
        return this;
    }

    long link(int id) {
        return Objects.requireNonNull(links.get(id));
    }

    Rig linkUp(int id) {
        return linkUp(id, 100 + id, true);
    }

    Rig linkUp(int id, long incarnation, boolean founded) {
        links.put(id, ++linkSeq);
        return step(new Event.LinkUp(id, linkSeq, new PeerInfo(incarnation, 1, founded, 1)));
    }

    Rig linkDown(int id) {
        return step(new Event.LinkDown(id, link(id)));
    }

    Rig receive(int from, Message.Protocol message) {
        return step(new Event.Received(from, link(from), message));
    }

    Rig fenced(long zxid) {
        return step(new Event.Fenced(generation, zxid));
    }

    Rig saved() {
        return step(new Event.EpochsSaved(generation));
    }

    Rig appended(long zxid) {
        return step(new Event.Appended(generation, zxid));
    }

    long generation() {
        return generation;
    }

    <T extends Effect> List<T> all(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    boolean has(Class<? extends Effect> type) {
        return effects.stream().anyMatch(type::isInstance);
    }

    /** What the last step sends to a member. */
    List<Message> sentTo(int id) {
        return all(Effect.Send.class).stream().filter(e -> e.peer() == id).map(Effect.Send::message).toList();
    }

    PeerView.RoleName role() {
        return peer.view().role();
    }

    /** The ballot of a looking peer that hears member 1 and, perhaps, votes for it. */
    static Message.Ballot ballot(long currentEpoch, long lastZxid, int vote) {
        return new Message.Ballot(currentEpoch, lastZxid, false, vote, List.of(1));
    }

    /** Member 2 votes for this one, which begins to lead. */
    Rig elect() {
        fenced(peer.view().lastLoggedZxid());
        linkUp(2);
        receive(2, ballot(0, 0, 0));
        return receive(2, ballot(0, 0, 1));
    }

    /** Elected by members 2 and 3 of five voters. */
    Rig elect5() {
        fenced(peer.view().lastLoggedZxid());
        linkUp(2).linkUp(3);
        receive(2, ballot(0, 0, 0)).receive(3, ballot(0, 0, 0));
        return receive(2, ballot(0, 0, 1)).receive(3, ballot(0, 0, 1));
    }

    /** Elected, and a quorum promised to the epoch. Member 2 has an empty history. */
    Rig establish(long epoch) {
        elect().receive(2, new Message.LearnerInfo(epoch - 1)).saved();
        return receive(2, new Message.AckEpoch(epoch, true, 0, Zxid.NONE));
    }

    /** An activated leader with member 2, which has all of its history; a quorum is fresh. */
    Rig activate(long epoch) {
        elect().receive(2, new Message.LearnerInfo(epoch - 1)).saved();
        long last = peer.view().lastLoggedZxid();
        receive(2, new Message.AckEpoch(epoch, true, 0, last)).saved();
        receive(2, new Message.AckNewLeader(epoch, last));
        return answerHeartbeat(2, epoch);
    }

    /** A member answers all heartbeats so far. */
    Rig answerHeartbeat(int id, long epoch) {
        return receive(id, new Message.HeartbeatAck(epoch, Long.MAX_VALUE));
    }

    /** A learner follows the activated leader. */
    Rig join(int id, long epoch) {
        linkUp(id).receive(id, new Message.LearnerInfo(epoch - 1));
        long last = peer.view().lastLoggedZxid();
        receive(id, new Message.AckEpoch(epoch, true, 0, last));
        return receive(id, new Message.AckNewLeader(epoch, last));
    }

    /** Follows member 2, whose epoch it has promised to. */
    Rig follow(long epoch) {
        fenced(peer.view().lastLoggedZxid()).linkUp(2);
        receive(2, new Message.Lead(epoch, true, epoch, Zxid.of(epoch, 1)));
        return receive(2, new Message.NewEpoch(epoch)).saved();
    }

    Rig submit(int count) {
        return submit(count, 5000);
    }

    Rig submit(int count, long timeMs) {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payloads.add(new Payload(new byte[]{(byte) i}));
        }
        return step(new Event.Submitted(payloads, timeMs));
    }
}
