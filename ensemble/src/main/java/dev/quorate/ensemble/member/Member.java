package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.tree.WatchEvent;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Effect;
import dev.quorate.ensemble.zab.Entry;
import dev.quorate.ensemble.zab.Event;
import dev.quorate.ensemble.zab.Message;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.zab.Peer;
import dev.quorate.ensemble.zab.PeerInfo;
import dev.quorate.ensemble.zab.PeerSettings;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: feeds the peer with what happens, performs its effects in their order, applies what is committed
 * and answers clients. Everything here runs on one thread; in the simulator there is no thread at all.
 */
public final class Member implements Loop.Ticked, Transport.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);

    private final MemberSettings settings;
    private final PeerSettings peerSettings;
    private final Storage storage;
    private final Transport transport;
    private final Clock clock;
    private final RandomSource random;
    private final Fatal fatal;
    private final long startedMs;
    private final Replica replica;
    private final Forwarder forwarder;
    private final Syncs syncs = new Syncs();
    private final ClientTable clients;
    private final Feeder feeder;
    private final Lender lender;
    private final SnapshotTaker snapshots;
    private final SnapshotReceiver received;
    private final Contacts contacts;
    private final DiskEvents disk;
    private final SlowDisk slowDisk = new SlowDisk();
    private final DiskRoom room;
    private final Counters counters = new Counters();
    private final Map<Integer, String> clientAddresses = new HashMap<>();
    private final ArrayDeque<Event> events = new ArrayDeque<>();

    private @Nullable Peer peer;
    private @Nullable Leadership leadership;
    private PeerView view;
    private String clusterId;
    private boolean founded;
    private boolean stepping;
    private boolean failed;
    private long nextReportMs;

    public Member(MemberSettings settings, PeerSettings peerSettings, Storage storage, Transport transport, Clock clock,
            RandomSource random, Fatal fatal) {
        this.settings = settings;
        this.peerSettings = peerSettings;
        this.storage = storage;
        this.transport = transport;
        this.clock = clock;
        this.random = random;
        this.fatal = fatal;
        this.startedMs = clock.monotonicMs();
        Storage.Identity identity = storage.identity();
        this.clusterId = identity.clusterId();
        this.founded = !identity.recovered().founding().isEmpty();
        this.replica = new Replica(this::fired, settings.levels());
        this.forwarder = new Forwarder(new Origin(settings.id(), identity.incarnation(), identity.boot()));
        this.room = new DiskRoom(settings.id(), identity.incarnation());
        this.clients = new ClientTable(settings, clock, forwarder, syncs, replica, room);
        this.snapshots = new SnapshotTaker(storage, replica, clock, settings.snapCount());
        this.feeder = new Feeder(storage, transport, this::step, snapshots::want);
        this.lender = new Lender(storage, transport);
        this.received = new SnapshotReceiver(storage, replica, slowDisk, clock);
        this.contacts = new Contacts(transport, settings.seeds());
        this.disk = new DiskEvents(new DiskOwner(), storage, replica, snapshots, received, feeder, lender);
        this.view = new PeerView(RoleName.LOOKING, 0, 0, 0, false, 0, 0, List.of(), 0,
                Configuration.founding(settings.founders()), null);
    }

    /** Begins by loading what is on disk; peers are met after that. */
    public void start() {
        clientAddresses.put(settings.id(), settings.clientAddress());
        storage.load();
    }

    /** Where the network brings what clients do. */
    public Clients clients() {
        return clients;
    }

    private void fired(WatchEvent event) {
        clients.fired(event);
    }

    // The loop.

    @Override
    public void tick() {
        if (peer == null || failed)
            return;
        long nowMs = clock.monotonicMs();
        step(new Event.Tick());
        storage.tick();
        if (room.isDue(nowMs))
            storage.checkRoom();
        if (leadership != null)
            lead(leadership, peer, nowMs);
        reconfigure(nowMs);
        report(nowMs);
        clients.tick();
    }

    private void lead(Leadership leading, Peer leader, long nowMs) {
        leading.tick(leader.freshQuorum(), nowMs);
        PeerView seen = leader.view();
        room.leads(seen);
        leading.acknowledge(leader.quorumHeardMs(), (to, link, round) -> transport.send(to, link,
                new Message.TouchAck(round, room.isRefusing())));
        if (slowDisk.tells(seen.ackedByOtherVoter(), nowMs))
            handOver("the disk is slow: " + slowDisk);
        else if (room.tellsToLeave(seen, nowMs))
            handOver("the disk is short of room");
    }

    private void reconfigure(long nowMs) {
        if (leadership == null || peer == null || !peer.freshQuorum() || !leadership.mayReconfigure(nowMs))
            return;
        if (leadership.reconfigure(peer.view(), clientAddresses, nowMs))
            step(new Event.NewEpochWanted());
    }

    /** Tells the leader which sessions were heard; the leader itself takes note at once. */
    private void report(long nowMs) {
        if (peer == null || nowMs < nextReportMs)
            return;
        nextReportMs = nowMs + settings.heartbeatMs();
        if (leadership != null) {
            leadership.touch(clients.heard(nowMs), nowMs);
            if (peer.freshQuorum())
                clients.lease().renew(peer.quorumHeardMs());
        } else if (view.follows()) {
            sendToLeader(clients.report(nowMs));
        }
    }

    @Override
    public void endBatch() {
        if (peer == null || failed)
            return;
        submit();
        snapshots.step(view.inSync());
        clients.flush();
        transport.flush();
    }

    /** Hands on what came in since the last batch: to the own log's order as leader, to the leader otherwise. */
    private void submit() {
        if (leadership != null) {
            Leadership leading = leadership;
            forwarder.takeUnsent((firstSeq, payloads) -> leading.order(settings.id(), payloads));
            for (long token : syncs.takeUnsent())
                step(new Event.SyncRequested(leading.sync(new Leadership.Route(settings.id(), 0, token))));
            List<Payload> submissions = storage.isFull() ? List.of() : leading.takeSubmissions();
            if (submissions.isEmpty())
                return;
            counters.proposals += submissions.size();
            step(new Event.Submitted(submissions, clock.wallMs()));
        } else if (view.follows()) {
            forwarder.takeUnsent((firstSeq, payloads) -> sendToLeader(new Message.Forward(firstSeq, payloads)));
            for (long token : syncs.takeUnsent())
                sendToLeader(new Message.SyncRequest(token));
        }
    }

    private void sendToLeader(Message message) {
        transport.send(view.leader(), view.leaderLink(), message);
    }

    // The protocol.

    private void step(Event event) {
        events.add(event);
        stepAll();
    }

    private void stepAll() {
        // While the tree is loaded again the protocol stands still; nothing may be committed to half a tree.
        if (stepping || peer == null || disk.isLoadingAgain())
            return;
        stepping = true;
        try {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                List<Effect> effects = peer.step(next, clock.monotonicMs());
                for (int i = 0; i < effects.size(); i++)
                    perform(effects.get(i));
            }
        } finally {
            stepping = false;
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send send -> transport.send(send.peer(), send.link(), send.message());
            case Effect.Append append -> received.append(append);
            case Effect.SaveEpochs save -> received.saveEpochs(save);
            case Effect.Truncate truncate -> storage.truncate(truncate.generation(), truncate.zxid());
            case Effect.Refill refill -> received.refill(refill);
            case Effect.Fill fill -> storage.fill(fill.generation(), fill.entries());
            case Effect.SendRecords records -> lender.send(records);
            case Effect.Fence fence -> {
                received.drop();
                storage.fence(fence.generation());
            }
            case Effect.SaveFounding save -> {
                if (clusterId.isEmpty())
                    clusterId = Founding.clusterId(save.founding());
                storage.saveFounding(clusterId, save.founding());
            }
            case Effect.Commit commit -> commit(commit.entries());
            case Effect.SendHistory history -> feeder.sendHistory(history);
            case Effect.SendSnapshot snapshot -> feeder.sendSnapshot(snapshot);
            case Effect.StageSnapshot stage -> {
                // Outcomes of writes that the snapshot already holds will never be known here.
                clients.closeAll();
                received.begin(stage.generation());
            }
            case Effect.Installed installed -> install(installed.zxid());
            case Effect.Disconnect disconnect ->
                transport.disconnect(disconnect.peer(), disconnect.link(), disconnect.reason());
            case Effect.ConfigurationChanged changed -> contacts.inForce(Contacts.directory(changed.inForce()));
            case Effect.RoleChanged changed -> roleChanged(changed.view());
            case Effect.Activated activated -> activated(activated);
            case Effect.SyncReady ready -> syncReady(ready);
        }
    }

    private void commit(List<Entry> entries) {
        long startNs = clock.monotonicNs();
        replica.apply(entries, this::applied);
        snapshots.applied(entries.size());
        counters.commits += entries.size();
        counters.applyNs += clock.monotonicNs() - startNs;
    }

    /** After each entry: who waits for it hears of it before the next entry is applied. */
    private void applied(Entry entry, Txn txn, Outcome outcome) {
        if (leadership != null)
            leadership.applied(outcome, clock.monotonicMs());
        boolean own = txn.origin().equals(forwarder.origin());
        if (own)
            forwarder.applied(txn.seq(), entry.zxid(), outcome);
        if (outcome instanceof Outcome.ChangeDone done && done.origin().equals(forwarder.origin()))
            forwarder.changeDone(done.seq(), entry.zxid(), done.result());
        if (outcome instanceof Outcome.SessionClosed closed) {
            if (txn.origin().id() == 0)
                counters.sessionsExpired++;
            clients.sessionLeft(closed.sessionId());
        } else if (!own && outcome instanceof Outcome.SessionAttached attached) {
            clients.sessionLeft(attached.sessionId());
        }
        release(entry.zxid());
    }

    private void release(long appliedZxid) {
        for (Client client = syncs.releaseNext(appliedZxid); client != null; client = syncs.releaseNext(appliedZxid))
            clients.released(client);
    }

    private void install(long zxid) {
        snapshots.abandon();
        replica.install();
        if (replica.tree().lastZxid() < zxid)
            throw new IllegalStateException("another snapshot was staged");
        forwarder.forgetChanges();
        release(zxid);
    }

    private void roleChanged(PeerView changed) {
        boolean otherPath = changed.leader() != view.leader() || changed.leaderLink() != view.leaderLink()
                || changed.epoch() != view.epoch() || changed.inSync() != view.inSync();
        if (changed.role() != view.role() || changed.leader() != view.leader())
            slowDisk.forget();
        RoleLog.changed(view, changed);
        if (changed.stayOutReason() != null && view.stayOutReason() == null)
            clients.closeAll();
        view = changed;
        if (changed.role() != RoleName.LEADING) {
            leadership = null;
            feeder.stop();
        }
        if (changed.inSync())
            forwarder.skipTo(replica.tree().origin(settings.id()));
        if (otherPath) {
            forwarder.rewind();
            syncs.rewind();
            clients.reportAgain();
        }
        contacts.inSync(changed.inSync());
        clients.serving(changed.inSync());
    }

    private void activated(Effect.Activated activated) {
        leadership = new Leadership(settings, storage.identity().incarnation(), replica, clock.monotonicMs());
        forwarder.rewind();
        syncs.rewind();
        if (activated.historyIsEmpty()) {
            byte[] clusterKey = new byte[32];
            random.nextBytes(clusterKey);
            leadership.found(clusterId, clusterKey, view.configuration().members(), clientAddresses);
        }
    }

    private void syncReady(Effect.SyncReady ready) {
        if (leadership == null)
            return;
        Leadership.Route route = leadership.syncReady(ready.token());
        if (route.link() == 0) {
            syncs.answered(route.token(), ready.committedZxid());
            release(replica.tree().lastZxid());
        } else {
            transport.send(route.peer(), route.link(), new Message.SyncReply(route.token(), ready.committedZxid()));
        }
    }

    // What peers say.

    @Override
    public void linkUp(int peerId, long link, PeerInfo info, String peerClusterId, String clientAddress) {
        clientAddresses.put(peerId, clientAddress);
        if (clusterId.isEmpty() && !peerClusterId.isEmpty()) {
            clusterId = peerClusterId; // what is not given to all is not derived either: there is one id
            transport.update(localInfo());
        }
        step(new Event.LinkUp(peerId, link, info));
    }

    @Override
    public void linkDown(int peerId, long link) {
        feeder.linkDown(peerId, link);
        step(new Event.LinkDown(peerId, link));
    }

    @Override
    public void heardOf(int peerId, Transport.Directory directory) {
        contacts.heardOf(directory);
    }

    @Override
    public void drained(int peerId, long link) {
        feeder.drained(peerId, link);
    }

    @Override
    public void received(int peerId, long link, Message message) {
        if (failed)
            return;
        switch (message) {
            case Message.Protocol protocol -> step(new Event.Received(peerId, link, protocol));
            case Message.Forward forward -> {
                if (leadership != null)
                    leadership.order(peerId, forward.payloads());
            }
            case Message.Touch touch -> {
                room.other(peerId, touch.diskShort());
                if (leadership != null)
                    leadership.reported(peerId, link, touch, clock.monotonicMs());
            }
            case Message.TouchAck ack -> {
                if (link == view.leaderLink()) {
                    clients.lease().acknowledged(ack.round());
                    room.refuse(ack.refusing());
                }
            }
            case Message.SyncRequest sync -> {
                if (leadership != null)
                    step(new Event.SyncRequested(leadership.sync(new Leadership.Route(peerId, link, sync.token()))));
            }
            case Message.SyncReply reply -> {
                syncs.answered(reply.token(), reply.zxid());
                release(replica.tree().lastZxid());
            }
            case Message.SnapshotChunk chunk -> {
                if (link == view.leaderLink())
                    received.received(chunk);
            }
        }
    }

    // What the disk says, besides what goes straight to the protocol.

    /** Where the storage brings what it has done. */
    public Storage.Listener disk() {
        return disk;
    }

    private void meetPeers() {
        Storage.Identity identity = storage.identity();
        peer = new Peer(peerSettings, settings.founders(), identity.recovered(), replica.loadedConfigurations(),
                random::nextLong);
        transport.start(this, localInfo());
        for (Effect effect : peer.start(clock.monotonicMs()))
            perform(effect);
    }

    private Transport.LocalInfo localInfo() {
        Storage.Identity identity = storage.identity();
        PeerInfo info = new PeerInfo(identity.incarnation(), identity.boot(), founded, settings.levels().highest());
        return new Transport.LocalInfo(settings.id(), clusterId, info, settings.clientAddress());
    }

    private final class DiskOwner implements DiskEvents.Owner {
        @Override
        public void step(Event event) {
            Member.this.step(event);
        }

        @Override
        public void loaded() {
            meetPeers();
        }

        /** Outcomes of writes that are not applied one by one here will never be known. */
        @Override
        public void treeLost() {
            snapshots.abandon();
            clients.closeAll();
        }

        /** What came in meanwhile has waited. */
        @Override
        public void loadedAgain(Event loaded) {
            events.addFirst(loaded);
            stepAll();
        }

        @Override
        public void foundingSaved() {
            founded = true;
            transport.update(localInfo());
        }

        @Override
        public void room(long usableBytes, boolean isShort) {
            room.own(usableBytes, isShort);
        }

        @Override
        public void failed(String what, Exception cause) {
            if (failed)
                return;
            LOG.error("the disk failed: {}", what, cause);
            handOver("its disk failed"); // whoever has everything need not wait for an election
            Member.this.step(new Event.StayOut("the disk failed: " + what));
            transport.flush();
            failed = true;
            clients.closeAll();
            clients.flush();
            fatal.storageFailed(what, cause);
        }
    }

    /** This member should not lead: an active leader hands over, any other member does not stand for a while. */
    public void handOver(String why) {
        LOG.info("leadership is not for this member: {}", why);
        step(new Event.HandOver(room.unfit(peer == null ? view : peer.view())));
    }

    /** Has a command ordered on behalf of the ensemble itself, by whoever leads. */
    public void submit(Command command, Awaiting awaiting) {
        forwarder.submit(Caller.ENSEMBLE, command, awaiting);
    }

    /** This member as it is now. */
    public Status status() {
        Storage.Identity disk = storage.identity();
        DataTree tree = replica.tree();
        Status.Identity identity = new Status.Identity(settings.id(), clusterId, disk.incarnation(), disk.boot(),
                founded, settings.clientAddress(), clock.monotonicMs() - startedMs);
        PeerView now = peer == null ? view : peer.view();
        return new Status(identity, now, Status.membership(now, tree.membership()), Counters.of(tree),
                counters.work(snapshots), room.status(storage.queuedBytes()));
    }
}
