package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What outlives roles: the history, the epochs, the links, the founding set; and the effects of the present step. */
final class Context {
    private final PeerSettings settings;
    private final Membership membership;
    private final LongSupplier random;
    private final TreeMap<Integer, Link> links = new TreeMap<>();
    private List<FoundingMember> founding;
    private History history;
    private @Nullable History switching;
    private long acceptedEpoch;
    private long currentEpoch;
    private long heardEpoch;
    private long generation;
    private long nowMs;
    private int failedAttempts;
    private long standsFromMs = Long.MIN_VALUE;
    private List<Effect> effects = new ArrayList<>();
    private List<Effect> lastEffects = new ArrayList<>();

    Context(PeerSettings settings, Membership membership, Recovered recovered, LongSupplier random) {
        this.settings = settings;
        this.membership = membership;
        this.random = random;
        this.founding = recovered.founding();
        this.history = History.of(settings, recovered);
        this.acceptedEpoch = recovered.acceptedEpoch();
        this.currentEpoch = recovered.currentEpoch();
    }

    PeerSettings settings() {
        return settings;
    }

    Membership membership() {
        return membership;
    }

    int id() {
        return settings.id();
    }

    boolean isVoter() {
        return membership.isVoter(settings.id());
    }

    History history() {
        return history;
    }

    long acceptedEpoch() {
        return acceptedEpoch;
    }

    long currentEpoch() {
        return currentEpoch;
    }

    Vote ownVote() {
        return new Vote(currentEpoch, history.lastZxid(), id());
    }

    /** The highest epoch that this member accepted or heard of. */
    long heardEpoch() {
        return Math.max(heardEpoch, acceptedEpoch);
    }

    void heardOfEpoch(long epoch) {
        heardEpoch = Math.max(heardEpoch, epoch);
    }

    long nowMs() {
        return nowMs;
    }

    /** Sets the time of this step; tells whether the process stood still since the last one. */
    boolean advanceTo(long newNowMs, boolean first) {
        boolean pause = !first && newNowMs - nowMs > settings.peerTimeoutMs();
        nowMs = first ? newNowMs : Math.max(nowMs, newNowMs);
        if (pause) {
            links.values().forEach(link -> link.heard(nowMs));
        }
        return pause;
    }

    long generation() {
        return generation;
    }

    void nextGeneration() {
        generation++;
    }

    /** How often in a row this member was elected and could not activate its epoch. */
    int failedAttempts() {
        return failedAttempts;
    }

    void failedToLead() {
        failedAttempts++;
    }

    /** This member was asked not to lead: for a while it leaves that to others. */
    void standBack() {
        standsFromMs = nowMs + 2 * settings.peerTimeoutMs();
    }

    /** Whether it may be a candidate, as far as that is up to itself. */
    boolean stands() {
        return nowMs >= standsFromMs;
    }

    void partOfQuorum() {
        failedAttempts = 0;
    }

    /** A random number from 0 to {@code bound}, without it. */
    long random(long bound) {
        return Math.floorMod(random.getAsLong(), bound);
    }

    List<FoundingMember> founding() {
        return founding;
    }

    void founded(List<FoundingMember> members) {
        founding = members;
        links.values().forEach(link -> link.counts(counts(link)));
    }

    private boolean counts(Link link) {
        return membership.isObserver(link.peer())
                || (membership.isVoter(link.peer())
                        && founding.contains(new FoundingMember(link.peer(), link.info().incarnation())));
    }

    /** All present links, ascending by peer. */
    Collection<Link> links() {
        return links.values();
    }

    @Nullable
    Link link(int peer) {
        return links.get(peer);
    }

    void linkUp(Link link) {
        link.counts(counts(link));
        links.put(link.peer(), link);
    }

    void linkDown(Link link) {
        links.remove(link.peer());
    }

    boolean isPresent(Link link) {
        return links.get(link.peer()) == link;
    }

    void disconnect(Link link, String reason) {
        if (isPresent(link)) {
            links.remove(link.peer());
            emit(new Effect.Disconnect(link.peer(), link.id(), reason));
        }
    }

    void send(Link link, Message message) {
        if (isPresent(link)) {
            emit(new Effect.Send(link.peer(), link.id(), message));
        }
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    /** Emits after everything else of this step. */
    void emitLast(Effect effect) {
        lastEffects.add(effect);
    }

    List<Effect> takeEffects() {
        if (effects.isEmpty() && lastEffects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        taken.addAll(lastEffects);
        effects = new ArrayList<>();
        lastEffects = new ArrayList<>();
        return taken;
    }

    void saveEpochs(long accepted, long current) {
        check(accepted >= acceptedEpoch && current >= currentEpoch && accepted >= current, "an epoch may not fall");
        acceptedEpoch = accepted;
        currentEpoch = current;
        emit(new Effect.SaveEpochs(generation, accepted, current));
    }

    /** The epochs that are about to be saved switch the log to the staged history. */
    void switchTo(History staged) {
        switching = staged;
    }

    /** What was switched to is the history now. */
    void install() {
        if (switching != null) {
            history = switching;
            switching = null;
            history.installed();
            emit(new Effect.Installed(history.floorZxid()));
        }
    }

    /** A role's fence went through the log: what was asked before it is durable, and nothing else is under way. */
    void fenced(long zxid) {
        install();
        if (zxid < history.lastZxid()) {
            history.truncate(zxid);
        }
        history.durable(zxid);
    }

    /** Commits up to {@code zxid}, if that is further than before. */
    boolean commit(long zxid) {
        if (zxid <= history.committedZxid()) {
            return false;
        }
        emit(new Effect.Commit(zxid, history.commit(zxid)));
        return true;
    }

    static void check(boolean condition, String broken) {
        if (!condition) {
            throw new IllegalStateException(broken);
        }
    }
}
