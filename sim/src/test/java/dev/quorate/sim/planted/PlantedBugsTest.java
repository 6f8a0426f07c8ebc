package dev.quorate.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Each planted bug is found. The seed that is known to find it is run first; with {@code -Pfull} as long as its time
 * lasts, and when that seed has come to mean another run, seeds are searched.
 */
class PlantedBugsTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Pattern FOUND = Pattern.compile("seed (\\d+) failed: (.*)");
    private static final Pattern REPLAY = Pattern.compile("--seeds 1 --seconds (\\d+)(.*?)(?= --trace)");
    private static final int SECONDS = 60;
    private static final int MOST_SEEDS = 2_000;
    /** Seeds of a search in {@code -Pfull} are others than those that the table's seeds were found among. */
    private static final long FIRST_SEED = FULL ? 2_000_001 : 1;
    private static final long SEARCH_UNTIL_NS = System.nanoTime() + Duration.ofMinutes(FULL ? 4 : 0).toNanos();

    @ParameterizedTest
    @CsvFileSource(resources = "/planted/bugs.csv")
    void isFound(String patch, long seed, String expected, @TempDir Path folder)
            throws IOException, ReflectiveOperationException {
        try (PlantedServer server = new PlantedServer(patch, folder)) {
            boolean anew = System.nanoTime() - SEARCH_UNTIL_NS < 0;
            String found = anew ? null : found(server.simulate(seed, seed, SECONDS, 1), expected);
            long from = FIRST_SEED;
            while (found == null && from < FIRST_SEED + MOST_SEEDS) {
                String printed = server.simulate(from, FIRST_SEED + MOST_SEEDS - 1, SECONDS, 2);
                Matcher failed = FOUND.matcher(printed);
                // A bug may show in another way first: that counts for nothing.
                from = failed.find() ? Long.parseLong(failed.group(1)) + 1 : FIRST_SEED + MOST_SEEDS;
                found = found(printed, expected);
            }
            assertThat(found).as("%s is not found in %d seeds", patch, MOST_SEEDS).isNotNull();
            System.out.println(patch + " is found by " + found);
        }
    }

    /** The seed that failed as expected, and how; null when none did. */
    private static @Nullable String found(String printed, String expected) {
        Matcher failed = FOUND.matcher(printed);
        return failed.find() && Pattern.compile(expected).matcher(failed.group(2)).find()
                ? "seed " + failed.group(1) + ": " + failed.group(2)
                : null;
    }

    /** What a person sees of a failing seed: a smaller run that fails alike, and the command for it. */
    @Test
    void aFailingSeedIsShrunk(@TempDir Path folder) throws IOException, ReflectiveOperationException {
        try (PlantedServer server = new PlantedServer("read-before-own-write", folder)) {
            String printed = server.simulate("--seeds", "1", "--seconds", "60");
            assertThat(printed).contains("seed 1 as it was drawn: ").contains("came before answer");
            Matcher replay = REPLAY.matcher(printed);
            assertThat(replay.find()).isTrue();
            assertThat(Integer.parseInt(replay.group(1))).isLessThan(60);
            assertThat(replay.group(2)).contains("--without");
            String again = server.simulate(replay.group().strip().split("\\s+"));
            assertThat(again).contains("came before answer");
        }
    }
}
