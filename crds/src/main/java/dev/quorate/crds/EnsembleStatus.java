package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees. It is a report only: nothing is decided by it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EnsembleStatus(
        @JsonPropertyDescription("The metadata.generation that this status speaks of.") long observedGeneration,

        @JsonPropertyDescription("The identity of the ensemble and of its data: the uid of the Ensemble that founded "
                + "it.") @Nullable String clusterId,

        @JsonPropertyDescription("The Pod of the leader; left out while there is none.") @Nullable String leader,

        @JsonPropertyDescription("How many members are ready.") int readyMembers,

        @JsonPropertyDescription("How many members there are, those that are being added "
                + "included.") int replicas,

        @JsonPropertyDescription("Selects the Pods of the members, for autoscalers.") @Nullable String selector,

        @JsonPropertyDescription("The release that the members run; left out while it isn't known, several while they "
                + "differ.") @Nullable String version,

        @JsonPropertyDescription("Addresses for clients, one a member. Joined by commas they "
                + "are a connect string.") List<String> clientEndpoints,

        @JsonPropertyDescription("The Secret that tells applications how to connect, for the Service Binding "
                + "Specification; left out until it is there.") @Nullable BindingStatus binding,

        @JsonPropertyDescription("The members, by id.") List<MemberStatus> members,

        @JsonPropertyDescription("Available: clients are served by a quorum. Ready: all members serve and are as the "
                + "spec says. Progressing: the operator is at work. Degraded: something is broken or waits for a "
                + "human. Initialized: the ensemble was founded.") List<Condition> conditions) {

    @SuppressWarnings("NullAway") // a decoder hands in null for what is left out
    public EnsembleStatus {
        clientEndpoints = clientEndpoints == null ? List.of() : List.copyOf(clientEndpoints);
        members = members == null ? List.of() : List.copyOf(members);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
