package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Names the Secret by which applications learn how to connect, as the Service Binding Specification has it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BindingStatus(
        @JsonPropertyDescription("The Secret, in the namespace of the Ensemble, with type, provider, host, port, uri "
                + "and connection-string.") String name) {}
