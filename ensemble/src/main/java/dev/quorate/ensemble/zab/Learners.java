package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The learners of a leader, by id. */
final class Learners {
    private final Context context;
    private final TreeMap<Integer, Learner> byId = new TreeMap<>();

    Learners(Context context) {
        this.context = context;
    }

    /** All of them, ascending by id. */
    Collection<Learner> all() {
        return byId.values();
    }

    @Nullable
    Learner get(int id) {
        return byId.get(id);
    }

    void add(Learner learner) {
        byId.put(learner.id(), learner);
    }

    /** Forgets the learner on this link; false if there is none. */
    boolean remove(Link link) {
        Learner learner = byId.get(link.peer());
        return learner != null && learner.link() == link && byId.remove(link.peer()) != null;
    }

    void send(Predicate<Learner> whom, Message.Protocol message) {
        for (Learner learner : byId.values()) {
            if (whom.test(learner)) {
                context.send(learner.link(), message);
            }
        }
    }

    /** Those that have not been heard within the silence limit. */
    List<Learner> silent() {
        List<Learner> silent = new ArrayList<>();
        for (Learner learner : byId.values()) {
            if (context.nowMs() - learner.link().heardMs() > context.settings().peerTimeoutMs()) {
                silent.add(learner);
            }
        }
        return silent;
    }

    /** The learner with this disk, if its word counts in this epoch. */
    private @Nullable Learner counting(int id, long incarnation, long epoch) {
        Learner learner = byId.get(id);
        boolean counts = learner != null && learner.link().info().incarnation() == incarnation
                && learner.isFreeFor(epoch);
        return counts ? learner : null;
    }

    boolean isSynced(int id, long incarnation, long epoch) {
        Learner learner = counting(id, incarnation, epoch);
        return learner != null && learner.isSynced();
    }

    /** The zxid up to which a learner that has the epoch has acknowledged everything. */
    long ackedBy(int id, long incarnation, long epoch) {
        Learner learner = counting(id, incarnation, epoch);
        return learner != null && learner.isSynced() ? learner.ackedZxid() : Zxid.NONE;
    }

    /** The last heartbeat round that a learner answered. */
    long answeredBy(int id, long incarnation, long epoch) {
        Learner learner = counting(id, incarnation, epoch);
        return learner == null ? 0 : learner.answeredRound();
    }

    List<PeerView.LearnerView> views(long epoch) {
        List<PeerView.LearnerView> views = new ArrayList<>();
        for (Learner learner : byId.values()) {
            PeerInfo info = learner.link().info();
            views.add(
                    new PeerView.LearnerView(
                            learner.id(), info.incarnation(), info.level(), context.isVoter(learner.link()),
                            learner.isSynced(), learner.isFreeFor(epoch), learner.ackedZxid()));
        }
        return views;
    }
}
