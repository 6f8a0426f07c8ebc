package dev.quorate.ensemble.zab;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Discovery: which epochs the voters accepted before, which one is proposed to them, and who promised to it. */
final class EpochQuorum {
    private final Configuration configuration;
    private final TreeMap<Integer, Word> words = new TreeMap<>();
    private long epoch;

    /** What a voter said: of which disk it speaks, up to which epoch it had promised, whether it promised to ours. */
    private record Word(long incarnation, long acceptedEpoch, boolean promised) {}

    /** @param configuration the one in force; it stays the same while an epoch is discovered */
    EpochQuorum(Configuration configuration) {
        this.configuration = configuration;
    }

    /** A voter says up to which epoch it has promised. */
    void accepted(int voter, long incarnation, long acceptedEpoch) {
        words.put(voter, new Word(incarnation, acceptedEpoch, false));
    }

    /** A voter is gone, and its word with it. */
    void gone(int voter) {
        words.remove(voter);
    }

    /**
     * Proposes an epoch above all that the voters accepted, once a quorum spoke; again, when one has already accepted
     * what was proposed: its promise belongs to another leader.
     *
     * @param heardEpoch the proposal is above this, too
     * @return whether there is a new proposal
     */
    boolean propose(long heardEpoch) {
        if (!configuration.isQuorum((id, incarnation) -> isOf(words.get(id), incarnation))) {
            return false;
        }
        long highest = 0;
        for (Word word : words.values()) {
            highest = Math.max(highest, word.acceptedEpoch());
        }
        if (epoch > highest) {
            return false;
        }
        epoch = Math.max(highest, heardEpoch) + 1;
        words.replaceAll((id, word) -> new Word(word.incarnation(), word.acceptedEpoch(), false));
        return true;
    }

    private static boolean isOf(@Nullable Word word, long incarnation) {
        return word != null && word.incarnation() == incarnation;
    }

    /** What is proposed now, 0 before a quorum spoke. */
    long epoch() {
        return epoch;
    }

    /** A voter's promise to the proposed epoch is durable. */
    void promised(int voter) {
        words.computeIfPresent(voter, (id, word) -> new Word(word.incarnation(), word.acceptedEpoch(), true));
    }

    boolean isEstablished() {
        return epoch > 0 && configuration.isQuorum((id, incarnation) -> {
            Word word = words.get(id);
            return isOf(word, incarnation) && word != null && word.promised();
        });
    }
}
