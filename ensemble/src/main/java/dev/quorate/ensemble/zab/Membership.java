package dev.quorate.ensemble.zab;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * Who takes part. Every decision by quorum goes through here.
 *
 * @param voters ids of those who vote and acknowledge, ascending
 * @param observers ids of those who only learn, ascending
 */
public record Membership(List<Integer> voters, List<Integer> observers) {

    /**
     * Sorts both lists.
     *
     * @throws IllegalArgumentException if there is no voter, an id is not positive, or one occurs twice
     */
    public Membership {
        voters = voters.stream().sorted().toList();
        observers = observers.stream().sorted().toList();
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("an ensemble needs at least one voter");
        }
        int[] all = new int[voters.size() + observers.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < voters.size() ? voters.get(i) : observers.get(i - voters.size());
        }
        Arrays.sort(all);
        for (int i = 0; i < all.length; i++) {
            if (all[i] <= 0 || (i > 0 && all[i] == all[i - 1])) {
                throw new IllegalArgumentException("member ids must be positive and unique, but there is " + all[i]);
            }
        }
    }

    public boolean isVoter(int id) {
        return voters.contains(id);
    }

    public boolean isObserver(int id) {
        return observers.contains(id);
    }

    /** Whether the voters among {@code ids} are a quorum. */
    public boolean isQuorum(Collection<Integer> ids) {
        return isQuorum(ids::contains);
    }

    /** Whether the voters for which {@code has} holds are a quorum. */
    public boolean isQuorum(IntPredicate has) {
        int count = 0;
        for (int voter : voters) {
            if (has.test(voter)) {
                count++;
            }
        }
        return count > voters.size() / 2;
    }

    /** The highest value that a quorum of voters has reached, when each has reached {@code valueOf} its id. */
    public long quorumValue(IntToLongFunction valueOf) {
        long[] values = new long[voters.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = valueOf.applyAsLong(voters.get(i));
        }
        Arrays.sort(values);
        return values[values.length - values.length / 2 - 1];
    }
}
