package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One member as it is seen now. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemberStatus(
        @JsonPropertyDescription("The member's id. It is never given to another member.") @Required int id,

        @JsonPropertyDescription("The name of its Pod.") @Required String pod,

        @JsonPropertyDescription("What the member says that it is: leader, follower, observer, looking, founding or "
                + "stopped; unknown where it does not answer.") @Required String role,

        @JsonPropertyDescription("Whether it is in sync in a quorum and its Pod is Ready.") @Required boolean ready) {}
