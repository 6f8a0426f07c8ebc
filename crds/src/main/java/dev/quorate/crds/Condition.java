package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One observation about an Ensemble, as all Kubernetes conditions are shaped. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @JsonPropertyDescription("What is observed: Available, Ready, "
                + "Progressing, Degraded or Initialized.") @Required String type,

        @JsonPropertyDescription("True, False, or Unknown where the operator can't tell.") @Required Status status,

        @JsonPropertyDescription("Why, in one word for programs.") @Required String reason,

        @JsonPropertyDescription("Why, in a sentence for people.") @Required String message,

        @JsonPropertyDescription("When the status changed last, RFC 3339.") @Required String lastTransitionTime,

        @JsonPropertyDescription("The metadata.generation that was observed.") long observedGeneration) {

    /** Unknown means that the operator has lost contact, never that something is half true. */
    public enum Status {
        True,
        False,
        Unknown
    }
}
