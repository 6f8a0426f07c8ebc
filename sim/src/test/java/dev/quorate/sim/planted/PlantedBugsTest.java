package dev.quorate.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each planted bug is found. A seed that is known to find it is tried first; with {@code -Pfull}, or when that seed has come
 * to mean another run, seeds are searched from 1 on.
 */
class PlantedBugsTest {
    private static final boolean FULL = Boolean.getBoolean("quorate.full");
    private static final Pattern FOUND = Pattern.compile("seed (\\d+) failed: (.*)");
    private static final int SECONDS = 120;
    private static final int MOST_SEEDS = 1_000;

    @ParameterizedTest
    @CsvSource({
            "epoch-before-history, 14, is in epoch",
            "ack-before-fsync, 1, lost durable entries|stays out though",
            "leader-without-quorum, 1, which is on the disks of"})
    void isFound(String patch, long knownSeed, String expected, @TempDir Path folder)
            throws IOException, ReflectiveOperationException {
        try (PlantedServer server = new PlantedServer(patch, folder)) {
            String printed = FULL ? "" : server.simulate(knownSeed, knownSeed, SECONDS);
            if (!printed.contains(" failed: ")) {
                printed = server.simulate(1, MOST_SEEDS, SECONDS);
            }
            Matcher found = FOUND.matcher(printed);
            assertThat(found.find()).as("%s is not found in %d seeds", patch, MOST_SEEDS).isTrue();
            assertThat(found.group(2)).containsPattern(expected);
        }
    }
}
