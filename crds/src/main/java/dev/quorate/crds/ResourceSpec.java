package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CPU and memory of a member. Quantities stay text here: one that can't be parsed is reported on its own Ensemble and
 * must not break the decoding of a list that holds others.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResourceSpec(
        @JsonPropertyDescription("What a member is promised, for example cpu: "
                + "500m and memory: 1Gi.") @Nullable Map<String, String> requests,

        @JsonPropertyDescription("What a member must not exceed, for "
                + "example memory: 1Gi.") @Nullable Map<String, String> limits) {}
