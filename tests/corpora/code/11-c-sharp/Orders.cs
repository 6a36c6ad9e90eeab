using System;

namespace Shop
{
    /// <summary>Places orders.</summary>
    public class Orders
    {
        public Orders(string name) { }

        /// <summary>Places one.</summary>
        public async Task<int> Place(Order order)
        {
            int Twice(int x) => x * 2;
            return order == null ? 0 : Twice(order.Count);
        }

        private void Hidden() { }
    }
}
