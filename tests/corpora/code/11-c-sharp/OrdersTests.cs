public class OrdersTests
{
    [Fact]
    public void Places() { new Orders("x").Place(null); }

    [Theory]
    [InlineData(1)]
    public void PlacesMany(int count) { }
}
