package dev.quorate.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.quorate.crds.EnsembleSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Short stable hashes of what a member takes up only with a restart. */
public final class InputHash {
    private static final int BYTES = 5;

    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private InputHash() {}

    /**
     * Hash of the fields of a spec that need a restart; settings that members take up while they run are not in it.
     * What the operator adds by itself is not in it: a new release of the operator restarts nothing.
     */
    public static String of(EnsembleSpec spec) {
        try {
            return ofText(CANONICAL.writeValueAsString(Arrays.asList(spec.image(), spec.resources(),
                    ServerSettings.atStart(spec),
                    spec.podTemplate())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a spec that was read can always be written", e);
        }
    }

    /** Hash of a text: 10 hexadecimal digits. */
    public static String ofText(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
