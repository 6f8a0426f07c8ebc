package dev.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.ensemble.Config;
import dev.quorate.ensemble.ConfigException;
import dev.quorate.operator.desired.ServerSettings;
import dev.quorate.operator.desired.ServerSettings.Range;
import dev.quorate.operator.desired.SpecCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator knows which settings the server takes: neither may change without the other. */
class ServerSettingsTest {
    @TempDir
    Path folder;

    static Stream<Arguments> numbers() {
        return ServerSettings.RANGES.entrySet().stream().map(entry -> arguments(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void theOperatorAndTheServerHaveTheSameRange(String key, Range range) throws IOException {
        for (long number : List.of(range.min() - 1, range.min(), range.max(), range.max() + 1)) {
            boolean inRange = number >= range.min() && number <= range.max();
            // With the longest session timeout at its limit, the shortest may go up to its own.
            var settings = new HashMap<>(Map.of("maxSessionTimeout", "86400000"));
            settings.put(key, Long.toString(number));
            assertThat(problemsOfTheOperator(settings).isEmpty()).as("operator: " + settings).isEqualTo(inRange);
            assertThat(problemsOfTheServer(settings).isEmpty()).as("server: " + settings).isEqualTo(inRange);
        }
    }

    @Test
    void bothCompareTheBoundsOfSessionTimeouts() throws IOException {
        assertAgreement(Map.of("maxSessionTimeout", "3999"), false);
        assertAgreement(Map.of("maxSessionTimeout", "4000"), true);
        assertAgreement(Map.of("minSessionTimeout", "40000"), true);
        assertAgreement(Map.of("minSessionTimeout", "40001"), false);
        assertAgreement(Map.of("minSessionTimeout", "40001", "maxSessionTimeout", "0"), false);
        assertAgreement(Map.of("minSessionTimeout", "40001", "tickTime", "2001"), true);
        assertAgreement(Map.of("minSessionTimeout", "0", "maxSessionTimeout", "199", "tickTime", "100"), false);
    }

    @Test
    void bothKnowTheWordsThatMayBeListed() throws IOException {
        assertAgreement(Map.of("4lw.commands.whitelist", "ruok, mntr"), true);
        assertAgreement(Map.of("4lw.commands.whitelist", "*"), true);
        assertAgreement(Map.of("4lw.commands.whitelist", "ruok mntr"), false);
        assertAgreement(Map.of("4lw.commands.whitelist", "all"), false);
    }

    @Test
    void bothKnowWhichChangeWithoutARestart() throws Exception {
        var text = new StringBuilder("dataDir=" + folder + "\nclientPort=2181\n4lw.commands.whitelist=ruok\n");
        ServerSettings.RANGES.forEach((key, range) -> text.append(key).append('=').append(range.max()).append('\n'));
        var config = Config.load(Files.writeString(folder.resolve("zoo.cfg"), text), Map.of(), null);
        assertThat(config.live().given().keySet()).isEqualTo(ServerSettings.LIVE);
    }

    private void assertAgreement(Map<String, String> settings, boolean sound) throws IOException {
        assertThat(problemsOfTheOperator(settings).isEmpty()).as("operator: " + settings).isEqualTo(sound);
        assertThat(problemsOfTheServer(settings).isEmpty()).as("server: " + settings).isEqualTo(sound);
    }

    private static List<String> problemsOfTheOperator(Map<String, String> settings) {
        return SpecCheck.problems(new EnsembleSpec(1, 7, "i", StorageSpec.defaults(), null, settings, null,
                false, 600, 0, HealSpec.defaults(), null));
    }

    private List<String> problemsOfTheServer(Map<String, String> settings) throws IOException {
        var text = new StringBuilder("dataDir=" + folder + "\nclientPort=2181\n");
        settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        try {
            return Config.load(Files.writeString(folder.resolve("zoo.cfg"), text), Map.of(), null).warnings().stream()
                    .filter(warning -> warning.contains("not known")).toList();
        } catch (ConfigException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
    }
}
