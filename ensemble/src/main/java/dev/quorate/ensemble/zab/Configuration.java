package dev.quorate.ensemble.zab;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part. Every decision by quorum goes through here. A configuration is in force for a member as soon as its
 * entry is in that member's history, committed or not, and falls when the entry is truncated. A change goes through a
 * <em>joint</em> configuration, in which every decision needs a quorum of the old members and one of the next ones
 * (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", extended version, section 6).
 *
 * @param version zxid of the entry that set these members, 0 before the first entry; a joint one has that of its old
 *     members
 * @param level of the rules and formats that follow this configuration, 0 before the first entry
 * @param highestId the highest id that was ever given
 * @param members in the order of ids, at least one of them a voter
 * @param next what the members will be, in the same form; null unless a change is under way
 */
public record Configuration(
        long version,
        int level,
        int highestId,
        List<ConfigMember> members,
        @Nullable List<ConfigMember> next) {

    /** Whether a disk has something. */
    @FunctionalInterface
    public interface Holder {
        boolean has(int id, long incarnation);
    }

    /** How far a disk has come. */
    @FunctionalInterface
    public interface Progress {
        long of(int id, long incarnation);
    }

    /**
     * Sorts the members.
     *
     * @throws IllegalArgumentException if there is no voter, an id is not positive or occurs twice, or is above the
     *     highest
     */
    public Configuration {
        members = sorted(members, highestId);
        next = next == null ? null : sorted(next, highestId);
    }

    private static List<ConfigMember> sorted(List<ConfigMember> members, int highestId) {
        List<ConfigMember> sorted = members.stream().sorted(Comparator.comparingInt(ConfigMember::id)).toList();
        int last = 0;
        for (ConfigMember member : sorted) {
            if (member.id() <= last || member.id() > highestId) {
                throw new IllegalArgumentException("member ids must be positive, unique and given (up to " + highestId
                        + "), but there is " + member.id());
            }
            last = member.id();
        }
        if (sorted.stream().noneMatch(ConfigMember::voter)) {
            throw new IllegalArgumentException("an ensemble needs at least one voter");
        }
        return sorted;
    }

    /** The configuration that members begin with, before there is any entry. */
    public static Configuration founding(List<ConfigMember> members) {
        return new Configuration(0, 0, highestId(members), members, null);
    }

    private static int highestId(List<ConfigMember> members) {
        return members.stream().mapToInt(ConfigMember::id).max().orElse(0);
    }

    /** These members and the next ones: what the entry that begins a change brings. */
    public Configuration joint(List<ConfigMember> nextMembers) {
        return new Configuration(version, level, Math.max(highestId, highestId(nextMembers)), members, nextMembers);
    }

    /** What the entry at {@code zxid} brings, which ends a change with these members. */
    public Configuration changed(long zxid, int newLevel, List<ConfigMember> newMembers) {
        return new Configuration(zxid, newLevel, Math.max(highestId, highestId(newMembers)), newMembers, null);
    }

    public boolean isJoint() {
        return next != null;
    }

    /** Whether this disk's votes count, among the old members or the next ones. */
    public boolean isVoter(int id, long incarnation) {
        return isVoter(members, id, incarnation) || (next != null && isVoter(next, id, incarnation));
    }

    private static boolean isVoter(List<ConfigMember> among, int id, long incarnation) {
        ConfigMember member = find(among, id);
        return member != null && member.voter() && member.incarnation() == incarnation;
    }

    /** Whether this disk's votes will still count when the change that is under way, if any, is done. */
    public boolean staysVoter(int id, long incarnation) {
        return isVoter(next == null ? members : next, id, incarnation);
    }

    /** The member of an id, as it will be when the change that is under way is done; null when there is none. */
    public @Nullable ConfigMember member(int id) {
        ConfigMember coming = next == null ? null : find(next, id);
        return coming != null ? coming : find(members, id);
    }

    private static @Nullable ConfigMember find(List<ConfigMember> among, int id) {
        for (int i = 0; i < among.size(); i++) {
            if (among.get(i).id() == id) {
                return among.get(i);
            }
        }
        return null;
    }

    /** All members, old and next, each once, in the order of ids. */
    public List<ConfigMember> all() {
        if (next == null) {
            return members;
        }
        Stream<ConfigMember> leaving = members.stream().filter(member -> find(next, member.id()) == null);
        return Stream.concat(leaving, next.stream()).sorted(Comparator.comparingInt(ConfigMember::id)).toList();
    }

    /** Ids of the voters (of the old members, while joint), ascending. */
    public List<Integer> voters() {
        return members.stream().filter(ConfigMember::voter).map(ConfigMember::id).toList();
    }

    /** Ids of the observers (of the old members, while joint), ascending. */
    public List<Integer> observers() {
        return members.stream().filter(member -> !member.voter()).map(ConfigMember::id).toList();
    }

    /** Whether the voters that have something are a quorum: while joint, one of the old members and one of the next. */
    public boolean isQuorum(Holder holder) {
        return isQuorum(members, holder) && (next == null || isQuorum(next, holder));
    }

    private static boolean isQuorum(List<ConfigMember> among, Holder holder) {
        int voters = 0;
        int count = 0;
        for (int i = 0; i < among.size(); i++) {
            ConfigMember member = among.get(i);
            if (member.voter()) {
                voters++;
                count += holder.has(member.id(), member.incarnation()) ? 1 : 0;
            }
        }
        return count > voters / 2;
    }

    /** The highest value that a quorum has reached: while joint, the lower one of the two. */
    public long quorumValue(Progress progress) {
        long value = quorumValue(members, progress);
        return next == null ? value : Math.min(value, quorumValue(next, progress));
    }

    private static long quorumValue(List<ConfigMember> among, Progress progress) {
        long[] values = new long[among.size()];
        int voters = 0;
        for (int i = 0; i < among.size(); i++) {
            ConfigMember member = among.get(i);
            if (member.voter()) {
                values[voters++] = progress.of(member.id(), member.incarnation());
            }
        }
        Arrays.sort(values, 0, voters);
        return values[voters - voters / 2 - 1];
    }
}
