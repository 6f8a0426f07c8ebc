package dev.quorate.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;

/** Whether a live object still has all that is desired of it. What others added to it is theirs. */
final class Drift {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Maps that mean something else as soon as a key is added. */
    private static final Set<String> EXACT = Set.of("selector", "data");

    private Drift() {}

    static boolean between(HasMetadata desired, HasMetadata live) {
        return !covers(MAPPER.valueToTree(desired), MAPPER.valueToTree(live));
    }

    private static boolean covers(JsonNode desired, JsonNode live) {
        if (desired.isObject()) {
            return desired.propertyStream().allMatch(field -> {
                JsonNode other = live.path(field.getKey());
                return EXACT.contains(field.getKey())
                        ? other.equals(field.getValue())
                        : covers(field.getValue(), other);
            });
        }
        if (desired.isArray()) {
            return desired.valueStream().allMatch(item -> live.valueStream().anyMatch(other -> covers(item, other)));
        }
        return desired.equals(live);
    }
}
