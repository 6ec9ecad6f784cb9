package clients

import (
	"context"
	"testing"

	"cloud.google.com/go/firestore"
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
)

// The ids that a query finds.
func found(ctx context.Context, query firestore.Query) []string {
	ids := []string{}
	for _, snapshot := range must(query.Documents(ctx).GetAll()) {
		ids = append(ids, snapshot.Ref.ID)
	}
	return ids
}

// The cities of Google's own examples.
func cities(t *testing.T) (context.Context, *firestore.CollectionRef) {
	ctx, client := firestoreClient(t)
	all := client.Collection("cities")
	for id, data := range map[string]map[string]any{
		"SF":  {"state": "CA", "country": "USA", "capital": false, "population": 860000, "regions": []string{"west_coast", "norcal"}},
		"LA":  {"state": "CA", "country": "USA", "capital": false, "population": 3900000, "regions": []string{"west_coast", "socal"}},
		"DC":  {"state": nil, "country": "USA", "capital": true, "population": 680000, "regions": []string{"east_coast"}},
		"TOK": {"state": nil, "country": "Japan", "capital": true, "population": 9000000, "regions": []string{"kanto", "honshu"}},
		"BJ":  {"country": "China", "capital": true, "population": 21500000, "regions": []string{"jingjinji", "hebei"}},
	} {
		must(all.Doc(id).Set(ctx, data))
	}
	return ctx, all
}

func TestEveryOperatorFindsWhatTheDocumentationSays(t *testing.T) {
	ctx, cities := cities(t)
	for _, one := range []struct {
		path, operator string
		value          any
		want           []string
	}{
		{"state", "==", "CA", []string{"LA", "SF"}}, {"capital", "!=", true, []string{"LA", "SF"}},
		{"population", "<", 860000, []string{"DC"}}, {"population", "<=", 860000, []string{"DC", "SF"}},
		{"population", ">", 3900000, []string{"TOK", "BJ"}}, {"population", ">=", 3900000, []string{"LA", "TOK", "BJ"}},
		{"country", "in", []string{"USA", "Japan"}, []string{"DC", "LA", "SF", "TOK"}}, {"country", "not-in", []string{"USA", "Japan"}, []string{"BJ"}},
		{"regions", "array-contains", "west_coast", []string{"LA", "SF"}}, {"state", "==", nil, []string{"DC", "TOK"}},
		{"regions", "array-contains-any", []string{"west_coast", "east_coast"}, []string{"DC", "LA", "SF"}},
	} {
		equal(t, found(ctx, cities.Where(one.path, one.operator, one.value)), one.want)
	}
	is := func(path, operator string, value any) firestore.EntityFilter {
		return firestore.PropertyFilter{Path: path, Operator: operator, Value: value}
	}
	either := firestore.OrFilter{Filters: []firestore.EntityFilter{is("capital", "==", false), is("population", ">=", 9000000)}}
	equal(t, found(ctx, cities.WhereEntity(either).OrderBy("population", firestore.Asc)), []string{"SF", "LA", "TOK", "BJ"})
	_, err := cities.Where("population", "in", make([]int, 31)).Documents(ctx).GetAll()
	refused(t, err, codes.InvalidArgument)
}

func TestCursorsPagesAndLastOnes(t *testing.T) {
	ctx, cities := cities(t)
	byPopulation := cities.OrderBy("population", firestore.Asc)
	equal(t, found(ctx, byPopulation.StartAt(860000).EndBefore(9000000)), []string{"SF", "LA"})
	equal(t, found(ctx, byPopulation.StartAfter(860000).Limit(2)), []string{"LA", "TOK"})
	equal(t, found(ctx, byPopulation.EndAt(860000)), []string{"DC", "SF"})
	equal(t, found(ctx, byPopulation.Offset(3)), []string{"TOK", "BJ"})
	// the client turns around the orders that a query shares with those made from it
	equal(t, found(ctx, cities.OrderBy("population", firestore.Asc).LimitToLast(2)), []string{"TOK", "BJ"})
	last := must(cities.Doc("LA").Get(ctx))
	equal(t, found(ctx, cities.OrderBy("country", firestore.Desc).StartAfter(last)), []string{"DC", "TOK", "BJ"})
	selected := must(cities.Select("state").Where("country", "==", "China").Documents(ctx).GetAll())
	equal(t, selected[0].Data(), map[string]any{})
}

func TestAggregationsAndGroups(t *testing.T) {
	ctx, cities := cities(t)
	american := cities.Where("country", "==", "USA")
	results := must(american.NewAggregationQuery().WithCount("n").WithSum("population", "sum").WithAvg("population", "mean").Get(ctx))
	equal(t, results["n"].(*firestorepb.Value).GetIntegerValue(), int64(3))
	equal(t, results["sum"].(*firestorepb.Value).GetIntegerValue(), int64(5440000))
	equal(t, results["mean"].(*firestorepb.Value).GetDoubleValue(), 5440000.0/3)
	_, client := firestoreClient(t)
	for _, path := range []string{"cities/SF/landmarks/bridge", "cities/TOK/landmarks/tower", "landmarks/top"} {
		must(client.Doc(path).Set(ctx, map[string]any{"n": 1}))
	}
	equal(t, found(ctx, client.CollectionGroup("landmarks").Query), []string{"bridge", "tower", "top"})
}
