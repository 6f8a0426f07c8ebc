package dev.quorate.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourceScaleBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Generates the definition of {@link Ensemble} from its classes, and adds what the generator does not know. */
final class DefinitionGenerator {
    private DefinitionGenerator() {}

    static CustomResourceDefinition generate() {
        var out = new ByteArrayOutputStream();
        new CRDGenerator().customResourceClasses(Ensemble.class).forCRDVersions("v1").withOutput(
                new CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream>() {
                    @Override
                    protected ByteArrayOutputStream createStreamFor(String crdName) throws IOException {
                        return out;
                    }
                }).generate();
        CustomResourceDefinition crd = Serialization.unmarshal(out.toString(StandardCharsets.UTF_8),
                CustomResourceDefinition.class);
        CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
        // Tells service binding operators, and the roles that they aggregate, that a Secret is named in the status.
        crd.getMetadata().setLabels(new TreeMap<>(Map.of("servicebinding.io/provisioned-service", "true")));
        JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
        complete(schema);
        version.getSubresources().setScale(new CustomResourceSubresourceScaleBuilder()
                .withSpecReplicasPath(".spec.replicas").withStatusReplicasPath(".status.replicas")
                .withLabelSelectorPath(".status.selector").build());
        eachRuleOnce(schema);
        // The generator sorts columns by path; people read them in the order of the annotations.
        List<String> columns = Arrays.stream(Ensemble.class.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name).toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> columns.indexOf(column.getName())));
        return crd;
    }

    /** The generator finds the annotation of a record's component on its field and on its accessor. */
    private static void eachRuleOnce(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(schema.getXKubernetesValidations().stream().distinct().toList());
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(DefinitionGenerator::eachRuleOnce);
        }
        if (schema.getItems() != null) {
            eachRuleOnce(schema.getItems().getSchema());
        }
    }

    private static void complete(JSONSchemaProps root) {
        root.setDescription("An ensemble of members that serve the ZooKeeper protocol.");
        property(root, "spec").setDescription("What the ensemble shall be.");
        property(root, "status")
                .setDescription("What the operator sees. It is a report only: nothing is decided by it.");
        root.setRequired(new ArrayList<>(List.of("spec")));

        JSONSchemaProps conditions = property(root, "status", "conditions");
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
        JSONSchemaProps condition = conditions.getItems().getSchema();
        property(condition, "lastTransitionTime").setFormat("date-time");
        property(condition, "observedGeneration").setFormat("int64");
        property(root, "status", "observedGeneration").setFormat("int64");
        JSONSchemaProps members = property(root, "status", "members");
        members.setXKubernetesListType("map");
        members.setXKubernetesListMapKeys(List.of("id"));

        for (String kind : new TreeSet<>(List.of("requests", "limits"))) {
            // As the Pod API has it: 2 and "2" are both quantities.
            JSONSchemaProps quantity = property(root, "spec", "resources", kind).getAdditionalProperties().getSchema();
            quantity.setType(null);
            quantity.setXKubernetesIntOrString(true);
        }
        property(root, "spec", "config").setMaxProperties(64L);
        // The API server counts what rules may cost at most, so what they look at has bounds.
        JSONSchemaProps windows = property(root, "spec", "maintenance", "windows");
        windows.setMaxItems(32L);
        property(windows.getItems().getSchema(), "start").setMaxLength(5L);
        property(windows.getItems().getSchema(), "days").setMaxItems(7L);
        property(root, "spec", "maintenance", "timeZone").setMaxLength(64L);
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String... path) {
        JSONSchemaProps at = schema;
        for (String name : path) {
            Map<String, JSONSchemaProps> properties = at.getProperties();
            at = properties.get(name);
            if (at == null) {
                throw new IllegalStateException("no property " + name + " among " + properties.keySet());
            }
        }
        return at;
    }
}
