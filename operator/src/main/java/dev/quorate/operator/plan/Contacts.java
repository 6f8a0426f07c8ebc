package dev.quorate.operator.plan;

import dev.quorate.operator.plan.Step.Contact;
import java.util.Optional;

/** Whom a step talks to. */
final class Contacts {
    private Contacts() {}

    /** The member that says now that it leads and is in sync. */
    static Optional<Contact> leader(Observed seen) {
        return seen.pods().values().stream().filter(pod -> isLeader(seen, pod.id())).findFirst()
                .flatMap(pod -> Optional.ofNullable(pod.ip()).map(ip -> new Contact(pod.id(), pod.uid(), ip)));
    }

    /** Whether the member says now that it leads and is in sync. */
    static boolean isLeader(Observed seen, int id) {
        return seen.answer(id).filter(answer -> answer.inSync() && answer.leader() == id).isPresent();
    }
}
