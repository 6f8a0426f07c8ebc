package dev.quorate.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.MaintenanceWindow;
import dev.quorate.crds.MaintenanceWindow.Day;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Saturday nights in Berlin, and a short one every day in UTC. */
class WindowsTest {
    private static final MaintenanceSpec BERLIN = new MaintenanceSpec("Europe/Berlin",
            List.of(new MaintenanceWindow(List.of(Day.Sat), "23:00", 240)));
    private static final MaintenanceSpec DAILY = new MaintenanceSpec(null,
            List.of(new MaintenanceWindow(null, "02:00", 30)));

    @ParameterizedTest
    @CsvSource({ // 2026-11-21 is a Saturday
            "2026-11-21T21:59:59Z, false", "2026-11-21T22:00:00Z, true", "2026-11-22T01:59:59Z, true",
            "2026-11-22T02:00:00Z, false", "2026-11-20T22:30:00Z, false",
            // In summer Berlin is two hours ahead.
            "2026-07-04T21:00:00Z, true", "2026-07-05T01:00:00Z, false",
            // The night in which the clock goes back: it lasts as long as it lasts, from its beginning.
            "2026-10-24T21:00:00Z, true", "2026-10-25T00:59:59Z, true", "2026-10-25T01:00:00Z, false"})
    void aWindowBelongsToTheDayOnWhichItBegins(Instant now, boolean open) {
        assertThat(Windows.isOpen(BERLIN, now)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-21T02:00:00Z, true", "2026-11-21T02:30:00Z, false", "2026-11-23T02:29:00Z, true"})
    void withoutDaysItIsEveryDay(Instant now, boolean open) {
        assertThat(Windows.isOpen(DAILY, now)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-21T22:00:00Z, 2026-11-28T23:00+01:00[Europe/Berlin]",
            "2026-11-21T21:00:00Z, 2026-11-21T23:00+01:00[Europe/Berlin]"})
    void theNextOneIsNamed(Instant now, String next) {
        assertThat(Windows.next(BERLIN, now).orElseThrow()).hasToString(next);
    }
}
