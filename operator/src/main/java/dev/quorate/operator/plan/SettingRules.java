package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.ServerSettings;
import dev.quorate.operator.plan.Step.Contact;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Settings that members take up without a restart. */
final class SettingRules {
    private SettingRules() {}

    /** Whoever is to be restarted takes them up with the rest. */
    static Optional<Step> change(Observed seen, Desired desired, Membership membership) {
        SortedMap<String, String> settings = ServerSettings.live(seen.spec());
        List<Contact> members = RollRules.Roll.updated(seen, membership).stream()
                .filter(pod -> !pod.terminating() && differs(seen, pod, settings)).flatMap(SettingRules::contact)
                .toList();
        return members.isEmpty() ? Optional.empty() : Optional.of(new Step.ChangeSettings(members, settings));
    }

    private static boolean differs(Observed seen, PodSeen pod, SortedMap<String, String> settings) {
        return seen.answer(pod.id()).map(Answer::settings).filter(given -> !given.equals(settings)).isPresent();
    }

    private static Stream<Contact> contact(PodSeen pod) {
        String ip = pod.ip();
        return ip == null ? Stream.empty() : Stream.of(new Contact(pod.id(), pod.uid(), ip));
    }
}
