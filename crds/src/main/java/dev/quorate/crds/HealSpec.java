package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What is done for members that are lost. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HealSpec(
        @JsonPropertyDescription("After how many seconds a member that does not serve and can't come back on its "
                + "volume by itself is replaced by a new one with a new id and an empty volume, which learns from the "
                + "others: its node or its volume is lost, or its data is damaged. Left out, never: then it is "
                + "replaced when you ask for it by the annotation "
                + "quorate.dev/replace.") @Nullable @ValidationRule(
                        value = "self >= 60 && self <= 31536000",
                        message = "heal.replaceAfterSeconds must be from 60 to 31536000: most members that are gone come "
                                + "back within minutes") Integer replaceAfterSeconds) {

    /** Nobody is replaced unasked. */
    public static HealSpec defaults() {
        return new HealSpec(null);
    }
}
