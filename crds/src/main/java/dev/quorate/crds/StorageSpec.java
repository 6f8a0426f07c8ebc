package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The volume of each member. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StorageSpec(
        @JsonPropertyDescription("The size of the volume of each "
                + "member, for example 10Gi.") @Default("10Gi") @ValidationRule(
                        value = "self.matches('^[1-9][0-9]*([.][0-9]+)?(k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$')",
                        message = "storage.size must be a quantity of bytes such as 500Mi or 10Gi") String size,

        @JsonPropertyDescription("The StorageClass of the volumes; left out, the default "
                + "class of the cluster.") @Nullable String className,

        @JsonPropertyDescription("What becomes of the volumes when the Ensemble is deleted. Retain keeps them: an "
                + "Ensemble made again under the same name has its data back. Delete removes them and all data. It "
                + "may be changed at any time.") @Default("Retain") ClaimPolicy claimPolicy) {

    /** The size where nothing else is asked for. */
    public static final String DEFAULT_SIZE = "10Gi";

    /** What becomes of the claims when the Ensemble is deleted. */
    public enum ClaimPolicy {
        Retain,
        Delete
    }

    /** A volume of the default size and class that is kept. */
    public static StorageSpec defaults() {
        return new StorageSpec(null, null, null);
    }

    /** Null stands for the default. */
    @SuppressWarnings("NullAway") // the parameters of a canonical constructor carry the types of the components
    public StorageSpec(@Nullable String size, @Nullable String className, @Nullable ClaimPolicy claimPolicy) {
        this.size = size == null ? DEFAULT_SIZE : size;
        this.className = className;
        this.claimPolicy = claimPolicy == null ? ClaimPolicy.Retain : claimPolicy;
    }
}
