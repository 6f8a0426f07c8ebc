package dev.quorate.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/crd-reference.md says what the definition says. {@code -Dquorate.rewrite=true} writes it anew. */
class ReferencePageTest {
    private static final Path PAGE = Path.of("..", "docs", "crd-reference.md");

    /** These are of the Pod API, which describes what is below them. */
    private static final Set<String> OF_THE_POD_API = Set.of("affinity", "tolerations", "topologySpreadConstraints",
            "imagePullSecrets", "securityContext");

    @Test
    void thePageIsWhatTheDefinitionSays() throws IOException {
        String page = page();
        if (Boolean.getBoolean("quorate.rewrite")) {
            Files.writeString(PAGE, page, StandardCharsets.UTF_8);
        }
        assertThat(PAGE).as("stale: run the tests of crds with -Dtest.jvm.args=-Dquorate.rewrite=true").content()
                .isEqualTo(page);
    }

    private static String page() {
        CustomResourceDefinitionVersion version = DefinitionGenerator.generate().getSpec().getVersions().getFirst();
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        var text = new StringBuilder("# Ensemble, `").append(Ensemble.GROUP).append('/').append(version.getName())
                .append("`\n\nMade of the custom resource definition, as `kubectl explain ens.spec` is.\n\n")
                .append("    kubectl get ens").append(" ".repeat(10)).append("# ")
                .append(String.join(", ", version.getAdditionalPrinterColumns().stream()
                        .map(column -> column.getName().toUpperCase(java.util.Locale.ROOT)).toList()))
                .append("\n    kubectl scale ens/zk --replicas=5\n");
        rules("The object as a whole", root, text);
        section("spec", root, text);
        section("status", root, text);
        return text.toString();
    }

    private static void section(String name, JSONSchemaProps root, StringBuilder text) {
        JSONSchemaProps schema = Objects.requireNonNull(root.getProperties().get(name));
        text.append("\n## `").append(name).append("`\n\n").append(schema.getDescription())
                .append("\n\n| field | type | default | meaning |\n|---|---|---|---|\n");
        rows("", schema, text);
    }

    private static void rows(String prefix, JSONSchemaProps schema, StringBuilder text) {
        List<String> required = Objects.requireNonNullElse(schema.getRequired(), List.of());
        new TreeMap<>(schema.getProperties()).forEach((name, property) -> {
            String path = prefix + name;
            text.append("| `").append(path).append("` | ").append(type(name, property)).append(" | ")
                    .append(property.getDefault() == null
                            ? required.contains(name) && prefix.isEmpty() ? "required" : ""
                            : "`" + property.getDefault() + "`")
                    .append(" | ").append(property.getDescription()).append(rules(property)).append(" |\n");
            below(path, name, property, text);
        });
    }

    private static void below(String path, String name, JSONSchemaProps property, StringBuilder text) {
        if (OF_THE_POD_API.contains(name)) {
            return;
        }
        JSONSchemaProps items = property.getItems() == null ? null : property.getItems().getSchema();
        if (hasProperties(property)) {
            rows(path + ".", property, text);
        } else if (items != null && hasProperties(items)) {
            rows(path + "[].", items, text);
        }
    }

    private static boolean hasProperties(JSONSchemaProps schema) {
        Map<String, JSONSchemaProps> properties = schema.getProperties();
        return properties != null && !properties.isEmpty();
    }

    private static String type(String name, JSONSchemaProps schema) {
        if (OF_THE_POD_API.contains(name)) {
            return "as in a Pod";
        }
        if (schema.getItems() != null) {
            return "list of " + word(schema.getItems().getSchema().getType());
        }
        return schema.getAdditionalProperties() != null && !hasProperties(schema)
                ? "map of " + word(schema.getAdditionalProperties().getSchema().getType())
                : schema.getEnum() == null || schema.getEnum().isEmpty()
                        ? word(schema.getType())
                        : String.join(" or ", schema.getEnum().stream().map(one -> "`" + one.asText() + "`").toList());
    }

    /** A quantity is a number or a text, for which a schema has no type. */
    private static String word(@Nullable String type) {
        return type == null ? "quantity" : type;
    }

    /** What the API server refuses, in the words in which it does. */
    private static String rules(JSONSchemaProps schema) {
        var text = new StringBuilder();
        Objects.requireNonNullElse(schema.getXKubernetesValidations(),
                List.<io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule>of())
                .forEach(rule -> text.append(" Refused: \"").append(rule.getMessage()).append(".\""));
        return text.toString();
    }

    private static void rules(String title, JSONSchemaProps schema, StringBuilder text) {
        String rules = rules(schema);
        if (!rules.isEmpty()) {
            text.append('\n').append(title).append(':').append(rules).append('\n');
        }
    }
}
