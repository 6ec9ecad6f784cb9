package clients

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/genproto/googleapis/type/latlng"
	"google.golang.org/grpc/codes"
)

func firestoreClient(t *testing.T) (context.Context, *firestore.Client) {
	ctx := patience(t)
	client := must(firestore.NewClient(ctx, project))
	t.Cleanup(func() { client.Close() })
	return ctx, client
}

func TestDocumentsKeepEveryKindOfValue(t *testing.T) {
	ctx, client := firestoreClient(t)
	ann, bob := client.Doc("people/ann"), client.Doc("people/bob")
	all := map[string]any{
		"text": "é😀", "most": int64(math.MaxInt64), "least": int64(math.MinInt64), "fraction": 1.5, "yes": true, "nothing": nil,
		"when": time.Date(2024, 2, 29, 1, 2, 3, 456789000, time.UTC), "bytes": []byte{0, 255}, "list": []any{int64(1), "two"},
		"nested": map[string]any{"deep": map[string]any{"deeper": "still"}}, "vector": firestore.Vector64{1, 2.5},
	}
	must(ann.Create(ctx, all))
	must(ann.Update(ctx, []firestore.Update{{Path: "other", Value: bob}, {Path: "place", Value: &latlng.LatLng{Latitude: -12.5, Longitude: 99}}}))
	read := must(ann.Get(ctx)).Data()
	equal(t, read["other"].(*firestore.DocumentRef).Path, bob.Path)
	equal(t, read["place"].(*latlng.LatLng).Latitude, -12.5)
	delete(read, "other")
	delete(read, "place")
	equal(t, read, all)
	_, err := ann.Create(ctx, all)
	refused(t, err, codes.AlreadyExists)
	_, err = bob.Get(ctx)
	refused(t, err, codes.NotFound)
}

func TestPreconditionsMergesAndTransforms(t *testing.T) {
	ctx, client := firestoreClient(t)
	one := client.Doc("changes/one")
	written := must(one.Set(ctx, map[string]any{"n": 1, "m": map[string]any{"a": 1, "b": 2}, "tags": []string{"a", "b"}, "old": 1}))
	changes := []firestore.Update{
		{Path: "n", Value: firestore.Increment(41)}, {Path: "tags", Value: firestore.ArrayUnion("b", "c")}, {Path: "old", Value: firestore.Delete},
		{Path: "at", Value: firestore.ServerTimestamp}, {FieldPath: []string{"m", "a"}, Value: firestore.FieldTransformMaximum(7)},
	}
	must(one.Update(ctx, changes, firestore.LastUpdateTime(written.UpdateTime)))
	_, err := one.Update(ctx, changes, firestore.LastUpdateTime(written.UpdateTime))
	refused(t, err, codes.FailedPrecondition)
	_, err = client.Doc("changes/none").Update(ctx, changes)
	refused(t, err, codes.NotFound)
	_, err = client.Doc("changes/none").Delete(ctx, firestore.Exists)
	refused(t, err, codes.NotFound)
	must(one.Set(ctx, map[string]any{"m": map[string]any{"b": 20}}, firestore.MergeAll))
	read := must(one.Get(ctx)).Data()
	delete(read, "at")
	equal(t, read, map[string]any{"n": int64(42), "m": map[string]any{"a": int64(7), "b": int64(20)}, "tags": []any{"a", "b", "c"}})
}

func TestManyAreReadAtOnceAndWrittenInBulk(t *testing.T) {
	ctx, client := firestoreClient(t)
	items := client.Collection("bulk")
	must(items.Doc("b").Create(ctx, map[string]any{"there": true}))
	writer := client.BulkWriter(ctx)
	jobs := map[string]*firestore.BulkWriterJob{}
	for _, id := range []string{"a", "b", "c"} {
		jobs[id] = must(writer.Create(items.Doc(id), map[string]any{"id": id}))
	}
	writer.End()
	_, err := jobs["b"].Results()
	refused(t, err, codes.AlreadyExists)
	must(jobs["c"].Results())
	var exist []bool
	for _, snapshot := range must(client.GetAll(ctx, []*firestore.DocumentRef{items.Doc("c"), items.Doc("none"), items.Doc("a")})) {
		exist = append(exist, snapshot.Exists())
	}
	equal(t, exist, []bool{true, false, true})
	must(items.Doc("d/below/e").Create(ctx, map[string]any{}))
	equal(t, len(must(items.DocumentRefs(ctx).GetAll())), 4)
	equal(t, len(must(items.Doc("d").Collections(ctx).GetAll())), 1)
}

func TestTransactionsThatWantTheSameDocumentAllCount(t *testing.T) {
	ctx, client := firestoreClient(t)
	counter := client.Doc("contention/counter")
	must(counter.Set(ctx, map[string]any{"n": 0}))
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			err := client.RunTransaction(ctx, func(_ context.Context, transaction *firestore.Transaction) error {
				read, err := transaction.Get(counter)
				if err != nil {
					return err
				}
				return transaction.Update(counter, []firestore.Update{{Path: "n", Value: read.Data()["n"].(int64) + 1}})
			}, firestore.MaxAttempts(30))
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, must(counter.Get(ctx)).Data()["n"], int64(6))
	failure := errors.New("on purpose")
	err := client.RunTransaction(ctx, func(_ context.Context, transaction *firestore.Transaction) error {
		ok(t, transaction.Set(counter, map[string]any{"n": 0}))
		return failure
	})
	equal(t, errors.Is(err, failure), true)
	equal(t, must(counter.Get(ctx)).Data()["n"], int64(6))
}

func TestThePastIsReadAtATime(t *testing.T) {
	ctx, client := firestoreClient(t)
	document := client.Doc("past/one")
	written := must(document.Set(ctx, map[string]any{"n": 1}))
	must(document.Set(ctx, map[string]any{"n": 2}))
	read := must(document.WithReadOptions(firestore.ReadTime(written.UpdateTime)).Get(ctx))
	equal(t, read.Data()["n"], int64(1))
}
