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
    private final List<ConfigMember> founders;
    private final LongSupplier random;
    private final TreeMap<Integer, Link> links = new TreeMap<>();
    private List<FoundingMember> founding;
    private Configuration beginning;
    private History history;
    private @Nullable History switching;
    private long acceptedEpoch;
    private long currentEpoch;
    private long heardEpoch;
    private long generation;
    private long nowMs;
    private int failedAttempts;
    private long standsFromMs = Long.MIN_VALUE;
    private long succeedsFromMs = Long.MIN_VALUE;
    private List<Effect> effects = new ArrayList<>();
    private List<Effect> lastEffects = new ArrayList<>();

    Context(PeerSettings settings, List<ConfigMember> founders, Recovered recovered,
            List<ConfigurationAt> configurations, LongSupplier random) {
        this.settings = settings;
        this.founders = founders;
        this.random = random;
        this.founding = recovered.founding();
        this.beginning = beginning(founders, founding);
        this.history = History.of(settings, recovered, configurations);
        this.acceptedEpoch = recovered.acceptedEpoch();
        this.currentEpoch = recovered.currentEpoch();
    }

    PeerSettings settings() {
        return settings;
    }

    /** Voters that may found an ensemble, ascending, as this member was told. */
    List<Integer> founders() {
        return founders.stream().filter(ConfigMember::voter).map(ConfigMember::id).sorted().toList();
    }

    /** The configuration in force: every quorum is one of it. */
    Configuration configuration() {
        Configuration inHistory = history.configuration();
        return inHistory == null ? beginning : inHistory;
    }

    /** What is in force before there is any entry: the founding set votes; the rest is as this member was told. */
    private static Configuration beginning(List<ConfigMember> founders, List<FoundingMember> founding) {
        if (founding.isEmpty()) {
            return Configuration.founding(founders);
        }
        TreeMap<Integer, ConfigMember> members = new TreeMap<>();
        for (ConfigMember told : founders) {
            if (!told.voter()) {
                members.put(told.id(), told);
            }
        }
        for (FoundingMember founder : founding) {
            String address = founders.stream().filter(told -> told.id() == founder.id()).map(ConfigMember::address)
                    .findFirst().orElse("");
            members.put(founder.id(), new ConfigMember(founder.id(), founder.incarnation(), true, address));
        }
        return Configuration.founding(List.copyOf(members.values()));
    }

    int id() {
        return settings.id();
    }

    /** Whether this member's own votes count. */
    boolean isVoter() {
        return configuration().isVoter(settings.id(), settings.incarnation());
    }

    /**
     * Whether this member may lead: a voter, or one whose removal is not known to be committed. It may be the only one
     * that has the entry which removes it, and then nobody else can be elected; it does not count itself.
     */
    boolean mayLead() {
        Configuration former = history.formerConfiguration();
        return isVoter() || (former != null && former.isVoter(settings.id(), settings.incarnation()));
    }

    /**
     * Whether a change is done after which this member does not vote: a leader manages until then, without its own
     * vote.
     */
    boolean isRetired() {
        Configuration committed = history.committedConfiguration();
        return committed != null && committed.equals(configuration()) && !isVoter();
    }

    /** Whether the votes of the peer of this link count. */
    boolean isVoter(Link link) {
        return configuration().isVoter(link.peer(), link.info().incarnation());
    }

    boolean isSelf(int id, long incarnation) {
        return id == settings.id() && incarnation == settings.incarnation();
    }

    /** Why this member has no place in the ensemble any more; null while it has, or may still get one. */
    @Nullable
    String removal() {
        Configuration committed = history.committedConfiguration();
        if (committed == null || committed.member(id()) != null || id() > committed.highestId()) {
            return null;
        }
        return "member " + id() + " is not part of the ensemble any more (configuration "
                + Zxid.text(committed.version())
                + "): stop it for good; to add it again give it a new id, above " + committed.highestId();
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
        return new Vote(currentEpoch, history.claimedZxid(), id());
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

    /** This member has led and was asked to end that: for a while it leaves elections to others. */
    void standBack() {
        standsFromMs = nowMs + 2 * settings.peerTimeoutMs();
    }

    /**
     * This member was asked not to lead while it did not: for a while it does not stand, nor take over from a leader
     * that names it.
     */
    void decline() {
        standBack();
        succeedsFromMs = standsFromMs;
    }

    /** Whether it may be a candidate, as far as that is up to itself. */
    boolean stands() {
        return nowMs >= standsFromMs && !history.isDamaged();
    }

    /** Whether it takes over from a leader that names it. */
    boolean succeeds() {
        return nowMs >= succeedsFromMs && isVoter() && !history.isDamaged();
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
        beginning = beginning(founders, founding);
    }

    /** All present links, ascending by peer. */
    Collection<Link> links() {
        return links.values();
    }

    @Nullable
    Link link(int peer) {
        return links.get(peer);
    }

    /** The link to this disk; null when there is none, or when another disk is there under the same id. */
    @Nullable
    Link link(int peer, long incarnation) {
        Link link = links.get(peer);
        return link != null && link.info().incarnation() == incarnation ? link : null;
    }

    void linkUp(Link link) {
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
            boolean bySnapshot = history.installed();
            if (bySnapshot) {
                emit(new Effect.Installed(history.floorZxid()));
            }
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

    /** All holes of the damaged history are filled: it is what it was. */
    void repaired(Recovered whole, List<ConfigurationAt> configurations) {
        check(whole.lastZxid() == history.claimedZxid(), "a repaired history ends elsewhere than the damaged one");
        history = History.of(settings, whole, configurations);
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
