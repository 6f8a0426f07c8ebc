package dev.quorate.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    private static final Path FILE = Path.of("src/main/resources/dev/quorate/crds/ensembles.quorate.dev.yaml");

    /** These are of the Pod API, which describes what is below them. */
    private static final Set<String> OF_THE_POD_API = Set.of("affinity", "tolerations", "topologySpreadConstraints",
            "imagePullSecrets", "securityContext");

    private static final CustomResourceDefinition CRD = DefinitionGenerator.generate();

    private static final String YAML = Serialization.asYaml(CRD);

    @BeforeAll
    static void rewrite() throws IOException {
        if (Boolean.getBoolean("quorate.rewrite")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, YAML, StandardCharsets.UTF_8);
        }
    }

    @Test
    void theDefinitionInTheJarIsWhatTheClassesSay() {
        assertThat(FILE).as("stale: run the tests of crds with -Dtest.jvm.args=-Dquorate.rewrite=true").content()
                .isEqualTo(YAML);
    }

    @Test
    void everyFieldIsDescribed() {
        describe("", schema());
    }

    private static void describe(String path, JSONSchemaProps schema) {
        Map<String, JSONSchemaProps> properties = schema.getProperties() == null ? Map.of() : schema.getProperties();
        properties.forEach((name, property) -> {
            String at = path + "." + name;
            assertThat(property.getDescription()).as(at).isNotBlank().endsWith(".");
            if (!OF_THE_POD_API.contains(name)) {
                describe(at, property);
                if (property.getItems() != null) {
                    describe(at + "[]", property.getItems().getSchema());
                }
            }
        });
    }

    @Test
    void everyRuleSaysWhatToDo() {
        rules("", schema());
    }

    private static void rules(String path, JSONSchemaProps schema) {
        var rules = schema.getXKubernetesValidations();
        if (rules != null) {
            assertThat(rules).as(path).allSatisfy(rule -> assertThat(rule.getMessage()).contains("must"));
            // A rule over the former object could refuse the way back to what ran before.
            assertThat(rules).as(path).noneMatch(rule -> rule.getRule().contains("oldSelf"));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> rules(path + "." + name, property));
        }
    }

    @Test
    void theDefinitionIsSmallEnoughForKubectlApply() throws IOException {
        assertThat(Files.size(FILE)).isLessThan(200_000);
    }

    @Test
    void namesAreThoseOfTheDesign() {
        assertThat(CRD.getMetadata().getName()).isEqualTo("ensembles.quorate.dev");
        assertThat(CRD.getSpec().getNames().getShortNames()).containsExactly("ens");
        assertThat(CRD.getSpec().getNames().getCategories()).containsExactly("all");
        assertThat(CRD.getSpec().getVersions().getFirst().getSubresources().getStatus()).isNotNull();
        assertThat(CRD.getSpec().getVersions().getFirst().getSubresources().getScale().getSpecReplicasPath())
                .isEqualTo(".spec.replicas");
        assertThat(CRD.getSpec().getVersions().getFirst().getAdditionalPrinterColumns())
                .extracting(column -> column.getName())
                .isEqualTo(List.of("Ready", "Replicas", "Leader", "Version", "Age"));
    }

    @Test
    void aResourceSurvivesTheWayThroughJson() {
        String resource = """
                apiVersion: quorate.dev/v1alpha1
                kind: Ensemble
                metadata: {name: zk}
                spec: {image: i, resources: {requests: {cpu: 2}}, later: 1}
                """;
        Ensemble read = Serialization.unmarshal(resource, Ensemble.class);
        assertThat(read.getSpec().replicas()).isEqualTo(3);
        assertThat(read.getSpec().paused()).isFalse();
        assertThat(read.getSpec().storage().size()).isEqualTo("10Gi");
        assertThat(read.getSpec().resources()).isEqualTo(new ResourceSpec(Map.of("cpu", "2"), null));
        assertThat(Serialization.unmarshal(Serialization.asYaml(read), Ensemble.class).getSpec())
                .isEqualTo(read.getSpec());
    }

    @Test
    void theVotersAreTheLargestOddNumber() {
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7, 8, 20)).extracting(replicas -> voters(replicas, 7))
                .containsExactly(1, 1, 3, 3, 5, 5, 7, 7, 7);
        assertThat(voters(5, 4)).isEqualTo(3);
    }

    private static int voters(int replicas, int maxVoters) {
        return new EnsembleSpec(replicas, maxVoters, "i", StorageSpec.defaults(), null, null, null, false, 600, 0,
                HealSpec.defaults(), null)
                .voters();
    }

    private JSONSchemaProps schema() {
        return CRD.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }
}
