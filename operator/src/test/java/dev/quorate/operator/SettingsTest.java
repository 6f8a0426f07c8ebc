package dev.quorate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void anEmptyEnvironmentLooksAfterTheOwnNamespace() {
        Settings settings = Settings.fromEnvironment(Map.of(), "own");
        assertThat(settings.namespaces()).containsExactly("own");
        assertThat(settings.lease()).isEmpty();
        assertThat(settings.http()).hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(8081));
        assertThat(settings.busyPoll()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void namespacesMayBeListedOrAll() {
        assertThat(Settings.fromEnvironment(Map.of("QUORATE_NAMESPACES", "a, b"), "own").namespaces())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(Settings.fromEnvironment(Map.of("QUORATE_NAMESPACES", "*"), "own").namespaces()).isEmpty();
    }

    @Test
    void aLeaseIsOfTheOwnNamespace() {
        assertThat(Settings.fromEnvironment(Map.of("QUORATE_LEASE", "operator"), "own").lease())
                .hasValueSatisfying(lease -> assertThat(lease.namespace()).isEqualTo("own"));
    }

    @Test
    void nonsenseIsRefusedWithWhatToWrite() {
        refused("QUORATE_HTTP", "here");
        refused("QUORATE_BUSY_POLL_MS", "often");
        refused("QUORATE_BUSY_POLL_MS", "0");
        refused("QUORATE_NAMESPACES", " ");
    }

    private static void refused(String key, String value) {
        assertThatThrownBy(() -> Settings.fromEnvironment(Map.of(key, value), "own"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key).hasMessageContaining("write");
    }
}
