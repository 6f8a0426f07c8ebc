package dev.quorate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.PodTemplate;
import dev.quorate.crds.ResourceSpec;
import dev.quorate.crds.StorageSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpecCheckTest {
    @Test
    void aSoundSpecHasNoProblems() {
        assertThat(
                problems(Map.of("tickTime", "2000", "minSessionTimeout", "-1", "4lw.commands.whitelist", "ruok, mntr"),
                        new ResourceSpec(Map.of("cpu", "0.5", "memory", "1e9"), Map.of("memory", "2Gi")), null))
                .isEmpty();
    }

    @Test
    void anUnknownSettingIsNamedWithThoseThatAre() {
        assertThat(problems(Map.of("dataDir", "/tmp"), null, null)).singleElement().asString()
                .contains("'dataDir'", "remove it", "tickTime");
    }

    @Test
    void aSettingCanNotSmuggleInAnotherLine() {
        assertThat(problems(Map.of("tickTime", "1\ndataDir=/tmp"), null, null)).hasSize(1);
        assertThat(problems(Map.of("4lw.commands.whitelist", "ruok\nx=y"), null, null)).hasSize(1);
    }

    @Test
    void aNumberOutOfRangeIsAnsweredWithTheRange() {
        assertThat(problems(Map.of("jute.maxbuffer", "1"), null, null)).containsExactly("spec.config: '1' is no value "
                + "for jute.maxbuffer: write a number from 1024 to 67108864 (bytes), in quotes");
        assertThat(problems(Map.of("tickTime", "0", "snapCount", "99", "maxClientCnxns", "many"), null, null))
                .hasSize(3);
        assertThat(problems(Map.of("snapCount", "99999999999999999999"), null, null)).hasSize(1);
    }

    @Test
    void theShortestSessionTimeoutIsNotAboveTheLongest() {
        assertThat(problems(Map.of("minSessionTimeout", "5000", "maxSessionTimeout", "4999"), null, null))
                .singleElement().asString().contains("minSessionTimeout (5000 ms)", "maxSessionTimeout (4999 ms)");
        assertThat(problems(Map.of("minSessionTimeout", "5000", "maxSessionTimeout", "5000"), null, null)).isEmpty();
        assertThat(problems(Map.of("tickTime", "100", "minSessionTimeout", "2001"), null, null)).singleElement()
                .asString().contains("maxSessionTimeout (2000 ms)");
    }

    @Test
    void aQuantityThatCanNotBeParsedIsNamed() {
        assertThat(problems(null, new ResourceSpec(Map.of("memory", "1Gx"), Map.of("cpu", "")), null))
                .anyMatch(problem -> problem.contains("requests.memory: '1Gx'"))
                .anyMatch(problem -> problem.contains("limits.cpu: ''"));
    }

    @Test
    void labelsOfTheOperatorAreReserved() {
        assertThat(problems(null, null, new PodTemplate(Map.of("quorate.dev/voter", "false"),
                Map.of("app.kubernetes.io/instance", "x"), null, null, null, null, null, null, null, null))).hasSize(2);
    }

    @Test
    void anUnknownTimeZoneIsRefused() {
        var maintenance = new MaintenanceSpec("Europe/Atlantis", List.of());
        var spec = new EnsembleSpec(3, 7, "i", StorageSpec.defaults(), null, null, null, false, 600, 0,
                HealSpec.defaults(), maintenance);
        assertThat(SpecCheck.problems(spec)).containsExactly("spec.maintenance.timeZone: 'Europe/Atlantis' is no time "
                + "zone: write for example UTC or Europe/Berlin");
    }

    private static List<String> problems(@Nullable Map<String, String> config, @Nullable ResourceSpec resources,
            @Nullable PodTemplate template) {
        return SpecCheck.problems(new EnsembleSpec(3, 7, "i", StorageSpec.defaults(), resources, config, template,
                false, 600, 0, HealSpec.defaults(), null));
    }
}
