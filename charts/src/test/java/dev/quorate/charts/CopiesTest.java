package dev.quorate.charts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.Ensemble;
import dev.quorate.operator.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A chart can hold only what lies in its folder: the definition of Ensembles and the operator's rights are copies.
 * {@code -Dtest.jvm.args=-Dquorate.update=true} writes them anew.
 */
class CopiesTest {
    @Test
    void theDefinitionIsThatOfTheClasses() throws IOException {
        compare("files/ensembles.quorate.dev.yaml", Ensemble.definitionYaml());
    }

    @Test
    void theRightsAreThoseOfTheOperator() throws IOException {
        try (var rbac = Objects.requireNonNull(Operator.class.getResourceAsStream("rbac.yaml"))) {
            compare("files/rbac.yaml", new String(rbac.readAllBytes(), UTF_8));
        }
    }

    private static void compare(String copy, String original) throws IOException {
        if (Boolean.getBoolean("quorate.update")) {
            Files.writeString(Chart.FOLDER.resolve(copy), original);
        }
        assertThat(Chart.file(copy))
                .as("stale: run mvn -pl charts -am test -Dtest.jvm.args=-Dquorate.update=true "
                        + "-Dtest='CopiesTest,RenderingTest' -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(original);
    }
}
