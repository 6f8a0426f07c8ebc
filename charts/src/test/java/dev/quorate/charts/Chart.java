package dev.quorate.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The chart as its tests see it. */
final class Chart {
    static final Path FOLDER = Path.of("quorate-operator");

    private static final String KUBERNETES = "1.34";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Chart() {}

    /** Everything that {@code helm install quorate -n quorate-system} would apply, with values as in {@code --set}. */
    static String render(String... values) {
        var command = template().withName("quorate").withNamespace("quorate-system");
        for (var value : values) {
            int equals = value.indexOf('=');
            command.set(value.substring(0, equals), value.substring(equals + 1));
        }
        return command.call();
    }

    static TemplateCommand template() {
        return new Helm(FOLDER).template().withKubeVersion(KUBERNETES);
    }

    /** The objects of a rendering, by kind, namespace and name. */
    static List<GenericKubernetesResource> objects(String rendered) {
        return Stream.of(rendered.split("(?m)^---$")).filter(text -> text.contains("kind:"))
                .map(text -> Serialization.unmarshal(text, GenericKubernetesResource.class))
                .sorted(Comparator.comparing(GenericKubernetesResource::getKind)
                        .thenComparing(object -> String.valueOf(object.getMetadata().getNamespace()))
                        .thenComparing(object -> object.getMetadata().getName()))
                .toList();
    }

    static JsonNode schema() throws IOException {
        return JSON.readTree(FOLDER.resolve("values.schema.json").toFile());
    }

    static JsonNode values() throws IOException {
        return YAML.readTree(FOLDER.resolve("values.yaml").toFile());
    }

    static String file(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }
}
