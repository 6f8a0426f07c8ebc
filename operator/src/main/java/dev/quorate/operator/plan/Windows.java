package dev.quorate.operator.plan;

import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.MaintenanceWindow;
import dev.quorate.crds.MaintenanceWindow.Day;
import dev.quorate.operator.desired.SpecCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The times in which members that serve may be disturbed. They hold nothing up that brings lost members back. */
final class Windows {
    private static final int DAYS_OF_A_WEEK = 7;

    private Windows() {}

    /** Whether it is the time now; it always is where the spec names none. */
    static boolean isOpen(Observed seen) {
        MaintenanceSpec spec = seen.spec().maintenance();
        return spec == null || spec.windows().isEmpty() || isOpen(spec, seen.asides().time());
    }

    static boolean isOpen(MaintenanceSpec spec, Instant now) {
        return spec.windows().stream().anyMatch(window -> beginnings(spec, window, now, -DAYS_OF_A_WEEK, 0)
                .anyMatch(begin -> !begin.toInstant().isAfter(now)
                        && begin.toInstant().plus(Duration.ofMinutes(window.durationMinutes())).isAfter(now)));
    }

    /** When the next one opens, in its own time zone. */
    static Optional<ZonedDateTime> next(Observed seen) {
        MaintenanceSpec spec = seen.spec().maintenance();
        return spec == null ? Optional.empty() : next(spec, seen.asides().time());
    }

    static Optional<ZonedDateTime> next(MaintenanceSpec spec, Instant now) {
        return spec.windows().stream()
                .flatMap(window -> beginnings(spec, window, now, 0, DAYS_OF_A_WEEK))
                .filter(begin -> begin.toInstant().isAfter(now)).min(Comparator.naturalOrder());
    }

    /** When a window begins on days around now. */
    private static Stream<ZonedDateTime> beginnings(MaintenanceSpec spec, MaintenanceWindow window, Instant now,
            int fromDay, int toDay) {
        ZoneId zone = SpecCheck.zone(spec).orElse(null);
        if (zone == null) {
            return Stream.empty(); // the spec is refused for it
        }
        LocalDate today = now.atZone(zone).toLocalDate();
        return Stream.iterate(today.plusDays(fromDay), day -> !day.isAfter(today.plusDays(toDay)),
                day -> day.plusDays(1)).filter(day -> isOn(window, day))
                .map(day -> day.atTime(LocalTime.parse(window.start())).atZone(zone));
    }

    private static boolean isOn(MaintenanceWindow window, LocalDate date) {
        List<Day> days = window.days();
        return days == null || days.isEmpty() || days.stream()
                .anyMatch(day -> date.getDayOfWeek().name().startsWith(day.name().toUpperCase(Locale.ROOT)));
    }
}
