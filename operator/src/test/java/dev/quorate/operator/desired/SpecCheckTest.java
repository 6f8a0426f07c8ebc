package dev.quorate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
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

    private static List<String> problems(@Nullable Map<String, String> config, @Nullable ResourceSpec resources,
            @Nullable PodTemplate template) {
        return SpecCheck.problems(new EnsembleSpec(3, 7, "i", StorageSpec.defaults(), resources, config, template));
    }
}
