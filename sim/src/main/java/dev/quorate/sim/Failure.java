package dev.quorate.sim;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What did not hold in a run.
 *
 * @param what as a sentence; further lines tell more
 * @param atNs when, in virtual time
 * @param members how each of them stood
 * @param lastEvents before it, oldest first
 */
public record Failure(String what, long atNs, String members, List<String> lastEvents) {
    private static final Pattern PARTICULAR = Pattern.compile("0x[0-9a-f]+|[0-9][0-9a-f.:-]*|\\[[^]]*]");
    private static final int WORDS = 8;

    /** What all failures of this kind have in common: the beginning of the sentence without its numbers. */
    String kind() {
        String first = PARTICULAR.matcher(what.lines().findFirst().orElse("")).replaceAll("#");
        String[] words = first.split("\\s+", WORDS + 1);
        return String.join(" ", List.of(words).subList(0, Math.min(WORDS, words.length)));
    }

    /** Everything that a person needs to begin. */
    String text(Schedule schedule, Options options) {
        return "the last events:\n" + String.join("\n", lastEvents) + "\n\nmembers:" + members + "\n\ndrawn:\n"
                + options + "\n\nseed %d failed: %s\n  after %.3f virtual seconds\nreplay: %s --trace".formatted(
                        schedule.seed(), what, atNs / 1e9, schedule.commandLine());
    }
}
