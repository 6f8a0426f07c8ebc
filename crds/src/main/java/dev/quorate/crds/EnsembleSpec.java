package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for. A field left out has the default that the schema names; the constructor repeats it for callers
 * that build a spec without an API server.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "self.replicas <= self.maxVoters",
        message = "replicas must not be greater than maxVoters, since this release runs voters only: raise maxVoters "
                + "or lower replicas")
public record EnsembleSpec(
        @JsonPropertyDescription("How many members the ensemble has: 1, 3, 5 or 7. It serves as long as more than "
                + "half of them are up, so 3 survive the loss of one and "
                + "5 the loss of two.") @Default("3") @ValidationRule(
                        value = "self in [1, 3, 5, 7]",
                        message = "replicas must be 1, 3, 5 or 7: an even number of members survives no more failures "
                                + "than the odd number below it. Choose 3 to survive the loss of one member, 5 to "
                                + "survive the loss of two") Integer replicas,

        @JsonPropertyDescription("The most members that vote; members beyond it only serve clients. At most 7, since "
                + "each write waits for more than half of the voters.") @Default("7") @ValidationRule(
                        value = "self >= 1 && self <= 7",
                        message = "maxVoters must be from 1 to 7, since each write waits for more than half of the "
                                + "voters") Integer maxVoters,

        @JsonPropertyDescription("The container image of the "
                + "members, for example quorate/ensemble:0.1.0.") @Required @ValidationRule(
                        value = "self.size() > 0 && self.size() <= 1024",
                        message = "image must name a container image of at most 1024 characters, for example "
                                + "quorate/ensemble:0.1.0") String image,

        @JsonPropertyDescription("The volume of each member. Everything that a member must not "
                + "forget is on it.") @Default("{}") StorageSpec storage,

        @JsonPropertyDescription("CPU and memory of each member, as in a "
                + "container of a Pod.") @Nullable ResourceSpec resources,

        @JsonPropertyDescription("Settings of the members by their names in zoo.cfg. Allowed: tickTime, "
                + "maxClientCnxns, minSessionTimeout, maxSessionTimeout, snapCount, autopurge.snapRetainCount, "
                + "autopurge.purgeInterval, 4lw.commands.whitelist, jute.maxbuffer, quorate.peerTimeoutMs. Values are "
                + "strings: put quotes around numbers.") @Nullable Map<String, String> config,

        @JsonPropertyDescription("What else the Pods of the members shall have.") @Nullable PodTemplate podTemplate) {

    /** Members where nothing else is asked for. */
    public static final int DEFAULT_REPLICAS = 3;

    /** The most voters where nothing else is asked for. */
    public static final int DEFAULT_MAX_VOTERS = 7;

    @SuppressWarnings("NullAway") // a decoder hands in null for what the resource leaves out
    public EnsembleSpec {
        replicas = replicas == null ? DEFAULT_REPLICAS : replicas;
        maxVoters = maxVoters == null ? DEFAULT_MAX_VOTERS : maxVoters;
        storage = storage == null ? StorageSpec.defaults() : storage;
    }
}
