package dev.quorate.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the chart renders. {@code -Dtest.jvm.args=-Dquorate.update=true} writes the golden files anew. */
class RenderingTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String[] EVERYTHING = {"networkPolicy.enabled=true", "metrics.podMonitor.enabled=true",
            "metrics.serviceMonitor.enabled=true", "metrics.memberPodMonitor.enabled=true",
            "metrics.memberServiceMonitor.enabled=true",
            "metrics.prometheusRule.enabled=true", "metrics.dashboard.enabled=true",
            "metrics.podMonitor.labels.release=prometheus", "commonLabels.team=a", "podAnnotations.note=b",
            "priorityClassName=high", "watch.namespaces[0]=one", "watch.namespaces[1]=two",
            "image.digest=sha256:" + "0".repeat(64),
            "extraEnv[0].name=JAVA_TOOL_OPTIONS", "extraEnv[0].value=-Xlog:gc", "imagePullSecrets[0].name=pull"};

    @Test
    void byDefault() throws IOException {
        golden("default", Chart.render());
    }

    @Test
    void withEverything() throws IOException {
        golden("everything", Chart.render(EVERYTHING));
    }

    @Test
    void inAllNamespaces() throws IOException {
        golden("all-namespaces", Chart.render("watch.allNamespaces=true", "replicaCount=1", "rbac.readNodes=false",
                "metrics.memberPodMonitor.enabled=true"));
    }

    @Test
    void lintFindsNothing() {
        var result = new Helm(Chart.FOLDER).lint().strict().call();
        assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
    }

    @Test
    void aWrongValueIsRefused() {
        assertThatThrownBy(() -> Chart.render("replicaCount=many")).hasMessageContaining("replicaCount");
        assertThatThrownBy(() -> Chart.render("replicas=3")).hasMessageContaining("replicas");
        assertThatThrownBy(() -> Chart.render("serviceAccount.create=false")).hasMessageContaining(
                "serviceAccount.name is needed");
    }

    @Test
    void theDefinitionIsKeptWhenTheReleaseGoes() {
        var definition = Chart.objects(Chart.render()).stream()
                .filter(object -> object.getKind().equals("CustomResourceDefinition")).toList();
        assertThat(definition).singleElement().satisfies(
                crd -> assertThat(crd.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep"));
        assertThat(Chart.render("crds.install=false")).doesNotContain("CustomResourceDefinition");
    }

    @Test
    void noRightIsAWildcardAndOnlyNodesAreReadInTheWholeCluster() {
        var rendered = Chart.render(EVERYTHING);
        for (var role : Chart.objects(rendered)) {
            if (role.getKind().endsWith("Role")) {
                assertThat(Serialization.asYaml(role)).doesNotContain("*");
            }
            if (role.getKind().equals("ClusterRole")) {
                assertThat(role.getMetadata().getName()).endsWith("-nodes");
                assertThat(Serialization.asYaml(role.get("rules"))).doesNotContain("create", "patch", "update",
                        "delete", "secrets");
            }
        }
    }

    @Test
    void namesFitWhateverTheReleaseIsCalled() {
        var longest = Chart.template().withName("r".repeat(53)).withNamespace("n".repeat(63)).call();
        assertThat(Chart.objects(longest)).filteredOn(object -> !object.getKind().startsWith("ClusterRole"))
                .extracting(object -> object.getMetadata().getName()).allMatch(name -> name.length() <= 63);
    }

    @Test
    void chartAndApplicationHaveTheVersionOfTheBuild() throws IOException {
        var pom = Files.readString(Path.of("pom.xml"));
        var version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        assertThat(Chart.file("Chart.yaml")).contains("\nversion: " + version + "\n",
                "\nappVersion: " + version + "\n");
        assertThat(Path.of("..", "docs", "examples", "ensemble.yaml")).content().contains(":" + version + "\n");
        assertThat(Path.of("..", "docs", "install.md")).content().contains(":" + version + "\n");
    }

    /** The definition is compared elsewhere, and would hide the rest. */
    private static void golden(String name, String rendered) throws IOException {
        List<GenericKubernetesResource> objects = Chart.objects(rendered);
        var text = objects.stream().filter(object -> !object.getKind().equals("CustomResourceDefinition"))
                .map(Serialization::asYaml).collect(Collectors.joining());
        var file = GOLDEN.resolve(name + ".yaml");
        if (Boolean.getBoolean("quorate.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(file).as("differs: look at it, then run with -Dtest.jvm.args=-Dquorate.update=true").content()
                .isEqualTo(text);
    }
}
