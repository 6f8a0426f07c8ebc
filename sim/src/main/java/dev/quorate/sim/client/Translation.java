package dev.quorate.sim.client;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.AddWatchMode;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.Stat;
import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Result;
import java.util.ArrayList;
import java.util.List;

/** Between the history's records and the server's values. */
final class Translation {
    private Translation() {}

    static Request request(Call call) {
        return switch (call) {
            case Call.Step step -> new Request.Write(command(step), Request.ReplyShape.PLAIN);
            case Call.Multi multi -> {
                List<Command.Op> ops = multi.steps().stream().map(Translation::command).toList();
                List<Request.ReplyShape> shapes = ops.stream().map(op -> Request.ReplyShape.PLAIN).toList();
                yield new Request.WriteMulti(new Command.Multi(ops), shapes);
            }
            case Call.SetAcl set ->
                new Request.Write(new Command.SetAcl(set.path(), Users.acl(set.acl()), -1), Request.ReplyShape.PLAIN);
            case Call.CloseSession close -> new Request.CloseSession();
            case Call.GetData get -> new Request.GetData(get.path(), get.watch());
            case Call.Exists exists -> new Request.Exists(exists.path(), exists.watch());
            case Call.GetChildren get -> new Request.GetChildren(get.path(), get.watch(), false);
            case Call.Watch watch -> new Request.AddWatch(watch.path(), watch.recursive()
                    ? AddWatchMode.PERSISTENT_RECURSIVE
                    : AddWatchMode.PERSISTENT);
            case Call.Sync sync -> new Request.Sync(sync.path());
        };
    }

    private static Command.Op command(Call.Step step) {
        return switch (step) {
            case Call.Create create ->
                new Command.Create(create.path(), Bytes.utf8(create.data()), Acl.OPEN, mode(create));
            case Call.SetData set -> new Command.SetData(set.path(), Bytes.utf8(set.data()), set.version());
            case Call.Delete delete -> new Command.Delete(delete.path(), delete.version());
            case Call.Check check -> new Command.Check(check.path(), check.version());
        };
    }

    private static CreateMode mode(Call.Create create) {
        if (create.ephemeral()) {
            return create.sequential() ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
        }
        return create.sequential() ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT;
    }

    /** ZooKeeper's error code of a reply. A multi that failed has no error of its own: its first failed step has. */
    static int error(Response response) {
        if (response instanceof Response.Failed failed) {
            return failed.error().code();
        }
        if (response instanceof Response.Multi multi) {
            for (Response.Part part : multi.parts()) {
                boolean failed = part.response() instanceof Response.Failed;
                ErrorCode error = failed ? ((Response.Failed) part.response()).error() : ErrorCode.OK;
                if (error != ErrorCode.OK && error != ErrorCode.RUNTIME_INCONSISTENCY) {
                    return error.code();
                }
            }
        }
        return 0;
    }

    static Result result(Response response) {
        return switch (response) {
            case Response.Created created -> new Result.Created(created.path());
            case Response.StatOnly only -> new Result.Stated(stat(only.stat()));
            case Response.Data data ->
                new Result.Data(data.data() == null ? "" : data.data().text(), stat(data.stat()));
            case Response.Children children -> new Result.Children(children.names().list());
            case Response.Multi multi -> {
                List<Result> results = new ArrayList<>();
                for (Response.Part part : multi.parts()) {
                    results.add(result(part.response()));
                }
                yield new Result.Steps(results);
            }
            default -> Result.NONE;
        };
    }

    private static Result.NodeStat stat(Stat stat) {
        return new Result.NodeStat(stat.czxid(), stat.mzxid(), stat.version(), stat.ephemeralOwner(),
                stat.numChildren());
    }
}
