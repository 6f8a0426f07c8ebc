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
public record EnsembleSpec(
        @JsonPropertyDescription("How many members the ensemble has. The largest odd number of them up to maxVoters "
                + "votes, the rest are observers, which only serve clients. It serves as long as more than half of the "
                + "voters are up, so 3 survive the loss of one and 5 the loss of two. May be changed at any "
                + "time, by kubectl scale too.") @Default("3") @ValidationRule(
                        value = "self >= 1 && self <= 99",
                        message = "replicas must be from 1 to 99: choose 3 to survive the loss of one member, 5 to "
                                + "survive the loss of two") Integer replicas,

        @JsonPropertyDescription("The most members that vote; members beyond it are observers. At most 7, since "
                + "each write waits for more than half of the voters. An even number counts as the odd one "
                + "below it.") @Default("7") @ValidationRule(
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
                + "strings: put quotes around numbers. maxClientCnxns, snapCount and 4lw.commands.whitelist are taken "
                + "up by members that run; for the others they are restarted, one after the "
                + "other.") @Nullable Map<String, String> config,

        @JsonPropertyDescription("What else the Pods of the members shall have.") @Nullable PodTemplate podTemplate,

        @JsonPropertyDescription("True keeps the operator from adding, removing and restarting members for a changed "
                + "spec. What is under way is left as it is; lost members are started again as "
                + "always.") @Default("false") Boolean paused,

        @JsonPropertyDescription("How many seconds a member that was restarted for a changed spec may take to be in "
                + "sync and Ready again. After that the operator restarts no other member until it is, or until the "
                + "spec is changed.") @Default("600") @ValidationRule(
                        value = "self >= 10 && self <= 86400",
                        message = "readyTimeoutSeconds must be from 10 to 86400: a member replays its log and catches "
                                + "up within it") Integer readyTimeoutSeconds,

        @JsonPropertyDescription("How many seconds all members must have served with a new release before the "
                + "ensemble takes up its rules and formats for good. Until then the image of the release before may be "
                + "set again.") @Default("3600") @ValidationRule(
                        value = "self >= 0 && self <= 31536000",
                        message = "levelSettleSeconds must be from 0 to 31536000, a year") Integer levelSettleSeconds,

        @JsonPropertyDescription("What is done for members that are lost.") @Default("{}") HealSpec heal,

        @JsonPropertyDescription("When members that serve may be restarted or replaced and volumes grown for a changed "
                + "spec. Left out, at any time. Lost members are brought back and scaling is done at "
                + "any time.") @Nullable MaintenanceSpec maintenance) {

    /** Members where nothing else is asked for. */
    public static final int DEFAULT_REPLICAS = 3;

    /** Seconds that a restarted member has to get ready where nothing else is asked for. */
    public static final int DEFAULT_READY_TIMEOUT_SECONDS = 600;

    /** Seconds before the level is raised where nothing else is asked for. */
    public static final int DEFAULT_LEVEL_SETTLE_SECONDS = 3600;

    /** The most voters where nothing else is asked for. */
    public static final int DEFAULT_MAX_VOTERS = 7;

    @SuppressWarnings("NullAway") // a decoder hands in null for what the resource leaves out
    public EnsembleSpec {
        replicas = replicas == null ? DEFAULT_REPLICAS : replicas;
        maxVoters = maxVoters == null ? DEFAULT_MAX_VOTERS : maxVoters;
        storage = storage == null ? StorageSpec.defaults() : storage;
        paused = paused != null && paused;
        readyTimeoutSeconds = readyTimeoutSeconds == null ? DEFAULT_READY_TIMEOUT_SECONDS : readyTimeoutSeconds;
        levelSettleSeconds = levelSettleSeconds == null ? DEFAULT_LEVEL_SETTLE_SECONDS : levelSettleSeconds;
        heal = heal == null ? HealSpec.defaults() : heal;
    }

    /** A spec with the image and nothing else but what is given; the rest has its defaults. */
    @SuppressWarnings("NullAway") // null stands for the default
    public static EnsembleSpec of(int replicas, String image, StorageSpec storage) {
        return new EnsembleSpec(replicas, null, image, storage, null, null, null, null, null, null, null, null);
    }

    /** How many of the members vote: the largest odd number up to {@code replicas} and {@code maxVoters}. */
    public int voters() {
        int most = Math.min(replicas, maxVoters);
        return most - (most + 1) % 2;
    }
}
