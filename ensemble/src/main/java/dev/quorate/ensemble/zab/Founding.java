package dev.quorate.ensemble.zab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A member with an empty disk. Voters found an ensemble when all of them are linked, none is founded, and all propose
 * the same incarnations; so no member can be founded with another set. Who meets a founded member adopts its set; if
 * its disk is not in it, it learns without a vote until a configuration names it.
 */
final class Founding implements Role {
    private final Context context;
    private final boolean mayPropose;
    /** What the other voters proposed on their present links. */
    private final TreeMap<Integer, List<FoundingMember>> proposals = new TreeMap<>();
    private @Nullable List<FoundingMember> proposed;
    private @Nullable List<FoundingMember> saving;

    /** @param mayPropose false on a disk that is empty because what was on it is lost: it may belong to an ensemble */
    Founding(Context context, boolean mayPropose) {
        this.context = context;
        this.mayPropose = mayPropose;
    }

    @Override
    public PeerView.RoleName name() {
        return PeerView.RoleName.FOUNDING;
    }

    @Override
    public Next start() {
        propose();
        return Next.STAY;
    }

    @Override
    public Next linkUp(Link link) {
        List<FoundingMember> before = proposed;
        propose();
        if (proposed != null && proposed.equals(before)) {
            context.send(link, new Message.FoundingProposal(proposed));
        }
        return Next.STAY;
    }

    @Override
    public Next linkDown(Link link) {
        proposals.remove(link.peer());
        propose();
        return Next.STAY;
    }

    /** Proposes what it sees, once it sees all voters and none of them is founded. */
    private void propose() {
        List<FoundingMember> seen = seen();
        if (!seen.isEmpty() && !seen.equals(proposed)) {
            for (Link link : context.links()) {
                context.send(link, new Message.FoundingProposal(seen));
            }
        }
        proposed = seen.isEmpty() ? null : seen;
        foundIfUnanimous();
    }

    /** All voters with their incarnations; empty when one is not linked or founded already. */
    private List<FoundingMember> seen() {
        List<FoundingMember> seen = new ArrayList<>();
        List<Integer> founders = context.founders();
        for (int voter : founders) {
            Link link = context.link(voter);
            if (voter == context.id()) {
                seen.add(new FoundingMember(voter, context.settings().incarnation()));
            } else if (link != null && !link.info().founded()) {
                seen.add(new FoundingMember(voter, link.info().incarnation()));
            }
        }
        boolean all = founders.contains(context.id()) && seen.size() == founders.size();
        return all && mayPropose ? List.copyOf(seen) : List.of();
    }

    private void foundIfUnanimous() {
        if (proposed == null || saving != null) {
            return;
        }
        for (FoundingMember member : proposed) {
            if (member.id() != context.id() && !proposed.equals(proposals.get(member.id()))) {
                return;
            }
        }
        save(proposed);
    }

    private void save(List<FoundingMember> members) {
        saving = members;
        context.emit(new Effect.SaveFounding(members));
    }

    @Override
    public Next foundingProposal(Link from, Message.FoundingProposal message) {
        proposals.put(from.peer(), message.members());
        foundIfUnanimous();
        return Next.STAY;
    }

    @Override
    public Next foundingSet(Link from, Message.FoundingSet message) {
        if (saving == null) {
            save(List.copyOf(message.members()));
        }
        return Next.STAY;
    }

    @Override
    public Next foundingSaved() {
        if (saving == null) {
            return Next.STAY;
        }
        context.founded(saving);
        return new Next.Look(false);
    }
}
