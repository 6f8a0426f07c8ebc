package dev.quorate.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When members that serve may be disturbed for a changed spec. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceSpec(
        @JsonPropertyDescription("The time zone of the windows, for example Europe/Berlin.") @Default("UTC") String timeZone,

        @JsonPropertyDescription("The windows. What is begun in one may end after it; what is left waits for the "
                + "next one.") @Required List<MaintenanceWindow> windows) {

    @SuppressWarnings("NullAway") // a decoder hands in null for what the resource leaves out
    public MaintenanceSpec(@Nullable String timeZone, @Nullable List<MaintenanceWindow> windows) {
        this.timeZone = timeZone == null ? "UTC" : timeZone;
        this.windows = windows == null ? List.of() : List.copyOf(windows);
    }
}
