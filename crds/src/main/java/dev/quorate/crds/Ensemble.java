package dev.quorate.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Members that serve the ZooKeeper protocol: {@code spec} is what is asked for, {@code status} what is. */
@Group(Ensemble.GROUP)
@Version(Ensemble.VERSION)
@Plural("ensembles")
@ShortNames("ens")
@Categories("all")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Replicas", jsonPath = ".spec.replicas", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Leader", jsonPath = ".status.leader")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.version")
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(value = "self.metadata.name.size() <= 40",
        message = "metadata.name must have at most 40 characters, since pods and Services are named after it: choose "
                + "a shorter name")
@ValidationRule(value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name must start with a letter and hold only lower case letters, digits and '-', since "
                + "Services are named after it: choose a name without '.' and without a digit in front")
@SuppressWarnings("serial") // CustomResource is Serializable by inheritance only; nothing serializes it that way
public final class Ensemble extends CustomResource<EnsembleSpec, EnsembleStatus> implements Namespaced {
    /** The API group. */
    public static final String GROUP = "quorate.dev";

    /** The API version. */
    public static final String VERSION = "v1alpha1";

    /** The kind. */
    public static final String KIND = "Ensemble";

    private static final String DEFINITION = "ensembles.quorate.dev.yaml";

    /** The custom resource definition of this kind as YAML, as {@code kubectl apply -f -} takes it. */
    public static String definitionYaml() {
        try (InputStream in = Ensemble.class.getResourceAsStream(DEFINITION)) {
            if (in == null) {
                throw new IllegalStateException(DEFINITION + " is missing in the jar of " + Ensemble.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected @Nullable EnsembleSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable EnsembleStatus initStatus() {
        return null;
    }
}
