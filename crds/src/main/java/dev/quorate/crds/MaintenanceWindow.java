package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A time of the week. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceWindow(
        @JsonPropertyDescription("The days on which it begins; left out, every day.") @Nullable List<Day> days,

        @JsonPropertyDescription("When it begins, as HH:MM, for example 02:00.") @Required @ValidationRule(
                value = "self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]$')",
                message = "start must be a time of day from 00:00 to 23:59, in quotes") String start,

        @JsonPropertyDescription("How many minutes it lasts.") @Required @ValidationRule(
                value = "self >= 1 && self <= 10080",
                message = "durationMinutes must be from 1 to 10080, a week") Integer durationMinutes) {

    /** A day of the week. */
    public enum Day {
        Mon,
        Tue,
        Wed,
        Thu,
        Fri,
        Sat,
        Sun
    }
}
